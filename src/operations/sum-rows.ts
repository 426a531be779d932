/**
 * The sum of the rows: one row.
 * @module
 */
import { type LinearMapOp, linearMap } from './linear-map.ts';

export type SumRowsOp = LinearMapOp<'sumRows'>;

export const sumRows = linearMap<SumRowsOp>({
  onWords({ of }, { machine, values }) {
    const { kernels } = machine;
    const { rows, cols } = values[of];
    return (to, from) => kernels.sumRows(to, from, rows, cols);
  },
  onReals(_, out, of) {
    out.fill(0);
    for (let at = 0; at < of.length; at += out.length) {
      for (let c = 0; c < out.length; c++) out[c] += of[at + c];
    }
  },
});
