/**
 * One column, repeated.
 * @module
 */
import { type LinearMapOp, linearMap } from './linear-map.ts';

export type RepeatColumnOp = LinearMapOp<'repeatColumn'>;

export const repeatColumn = linearMap<RepeatColumnOp>({
  onWords({ out }, { machine, values }) {
    const { kernels } = machine;
    const { rows, cols } = values[out];
    return (to, from) => kernels.repeatColumn(to, from, rows, cols);
  },
  onReals(op, out, of, values) {
    const { cols } = values[op.out];
    for (let r = 0; r < of.length; r++) out.fill(of[r], r * cols, (r + 1) * cols);
  },
});
