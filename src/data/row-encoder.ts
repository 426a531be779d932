/**
 * What makes the features of a row of its cells. Each kind of feature has a file of its own that says how.
 * @module
 */

import type { ColumnRule } from '../errors.ts';
import type { FeatureRange } from './feature-range.ts';
import type { Problems } from './problems.ts';
import type { Reading } from './reading.ts';

/** Completes messages of whoever can do something about a cell. */
export interface CellAdvice {
  readonly missing: string;
  readonly outOfRange: string;
}

/** What a reader of a table tells the encoders of its cells. */
export interface CellForm {
  /** Reads a number as the table writes it. A number must be read by nothing else: 1.247 is above one thousand in some tables. */
  readonly numberIn: (cell: string) => Reading;
  readonly advice?: CellAdvice | undefined;
  /** Hears of each rule that the cells of a column break, by the name that the job has for the column. */
  readonly onBroken?: ((column: string, rule: ColumnRule) => void) | undefined;
}

/** The same for an encoder of a column that the job calls `name`, and the party's table perhaps otherwise. */
export const formOf = (name: string, form: CellForm): CellForm => ({
  ...form,
  onBroken: (_, rule) => form.onBroken?.(name, rule),
});

/** Reads some columns of a table, and gives one feature or several. An encoder serves one reading of one table. */
export interface RowEncoder {
  /** The names of the columns that it reads, as the party's table has them. */
  readonly reads: readonly string[];
  /** The name that the job has for the one column that it reads. Absent: it is made of columns that others read. */
  readonly declared?: string;
  /** What it gives, in this order. Empty for labels. */
  readonly features: readonly FeatureRange[];
  /** True: a cell without a value is something that it can encode. False: it is a problem. */
  readonly takesMissing: boolean;
  /** Whether a trimmed cell can be no value of its columns and no slip of one either: a unit, a second header, a remark. */
  isForeign(cell: string): boolean;
  /**
   * Writes the features of one row to `into`, from index `at`. `cells` are trimmed, in the order of `reads`, and belong to the reader, which
   * uses the list again. A cell that can not be encoded goes to `problems` by its `place`, never with its text. Returns false where the row
   * is to be left out.
   */
  encode(cells: readonly string[], place: number, into: Float64Array, at: number, problems: Problems): boolean;
  /** Notes what was found of whole columns, once all rows are read; `warnings` stop nobody. */
  end(problems: Problems, warnings: Problems): void;
}
