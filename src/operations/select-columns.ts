/**
 * Some of the columns, in any order.
 * @module
 */
import { type LinearMapOp, linearMap } from './linear-map.ts';

export interface SelectColumnsOp extends LinearMapOp<'selectColumns'> {
  readonly columns: readonly number[];
}

export const selectColumns = linearMap<SelectColumnsOp>({
  keptWords: ({ columns }) => columns.length,
  onWords({ of, columns }, { machine, values, u32s }) {
    const { kernels } = machine;
    const { rows, cols } = values[of];
    const numbers = u32s(columns);
    const count = columns.length;
    return (to, from) => kernels.selectColumns(to, from, numbers, rows, cols, count);
  },
  onReals(op, out, of, values) {
    const { rows, cols } = values[op.of];
    const { columns } = op;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns.length; c++) out[r * columns.length + c] = of[r * cols + columns[c]];
    }
  },
});
