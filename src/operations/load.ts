/**
 * Rows of records enter: `rows` rows of the owner's part, row `first` + repetition·rows and those after it.
 * @module
 */

import type { Entering } from './effects.ts';
import { nothing } from './execution.ts';
import { NOTHING } from './masks.ts';
import type { Operation } from './operation.ts';
import type { ValueId } from './value.ts';

export interface LoadOp {
  readonly op: 'load';
  readonly into: ValueId;
  readonly owner: string;
  readonly name: string;
  readonly first: number;
  readonly rows: number;
}

const enters = ({ owner, name, into, rows, first }: LoadOp): Entering => ({
  ...{ owner, name, into, rows },
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
    const entering = enters(op);
    of(op.into).set(entered(entering), firstRow(entering) * values[op.into].cols);
    return undefined;
  },
};
