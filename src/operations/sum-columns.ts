/**
 * The sum of the columns: one column.
 * @module
 */
import { type LinearMapOp, linearMap } from './linear-map.ts';

export type SumColumnsOp = LinearMapOp<'sumColumns'>;

export const sumColumns = linearMap<SumColumnsOp>({
  onWords({ of }, { machine, values }) {
    const { kernels } = machine;
    const { rows, cols } = values[of];
    return (to, from) => kernels.sumColumns(to, from, rows, cols);
  },
  onReals(op, out, of, values) {
    const { cols } = values[op.of];
    out.fill(0);
    for (let r = 0; r < out.length; r++) for (let c = 0; c < cols; c++) out[r] += of[r * cols + c];
  },
});
