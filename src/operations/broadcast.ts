/**
 * One row, repeated.
 * @module
 */
import { type LinearMapOp, linearMap } from './linear-map.ts';

export type BroadcastOp = LinearMapOp<'broadcast'>;

export const broadcast = linearMap<BroadcastOp>({
  onWords({ out }, { machine, values }) {
    const { kernels } = machine;
    const { rows, cols } = values[out];
    return (to, from) => kernels.broadcastRow(to, from, rows, cols);
  },
  onReals(_, out, of) {
    for (let at = 0; at < out.length; at += of.length) out.set(of, at);
  },
});
