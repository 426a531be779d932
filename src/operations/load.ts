/**
 * Rows of records enter: `rows` rows of the owner's part, row `first` + repetition·rows and those after it.
 * @module
 */

import type { Entering } from './effects.ts';
import { nothing } from './execution.ts';
import { NOTHING } from './masks.ts';
import type { Operation } from './operation.ts';
import type { ColumnRange, Value, ValueId } from './value.ts';

/** A part that has some columns of its rows: its number among the parts of the records, and the columns. */
export interface LoadedTile {
  readonly part: number;
  readonly columns: ColumnRange;
}

export interface LoadOp {
  readonly op: 'load';
  readonly into: ValueId;
  readonly owner: string;
  readonly name: string;
  readonly first: number;
  readonly rows: number;
  /** Absent: all columns of the one part of the owner. */
  readonly tile?: LoadedTile;
}

const enters = ({ owner, name, into, rows, first, tile }: LoadOp, values: readonly Value[]): Entering => ({
  ...{ owner, name, into, rows },
  ...(tile ?? { columns: { first: 0, count: values[into].cols } }),
  ...{ first, advance: rows, isRecords: true },
});

export const load: Operation<LoadOp> = {
  reads: () => [],
  needs: NOTHING,
  enters,
  about: ({ into }) => into,
  // What owners enter is in place before the phase begins.
  evaluate: () => [nothing],
  deal: () => nothing,
  clear(op, { of, values, entered, firstRow }) {
    const entering = enters(op, values);
    const [set, numbers, { cols }] = [of(op.into), entered(entering), values[op.into]];
    const { first, count } = entering.columns;
    const start = firstRow(entering) * cols + first;
    for (let row = 0; row < op.rows; row++) {
      set.set(numbers.subarray(row * count, (row + 1) * count), start + row * cols);
    }
    return undefined;
  },
};
