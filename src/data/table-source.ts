/**
 * A table as it lies, whatever holds it: named columns, and rows of texts.
 *
 * A source says where its cells are, and whether its rows have the form of rows. What a cell means is for a row encoder to say.
 * @module
 */

import type { Problems } from './problems.ts';
import type { Reading } from './reading.ts';

/** The columns that are looked for in a table. */
export interface AskedColumns {
  /** In any order, each once. */
  readonly names: readonly string[];
  /** Who names them, in messages. */
  readonly by: 'job' | 'model' | 'alignment of the job';
}

/** Some rows of a table that follow each other. */
export interface RowBatch {
  /** Where each row stands: its line, or its number from 1. */
  readonly places: ArrayLike<number>;
  /**
   * The cells of each row, in the order in which the columns were asked for; '' is no value.
   * A row without cells has a fault of form: it counts as a row, and is not read.
   */
  readonly cells: readonly (readonly string[])[];
  /** True: nothing behind these rows can be read, and the problems say why. */
  readonly isCut?: boolean;
}

/** What is asked of the form of rows. */
export interface RowChecks {
  /** Takes the faults. */
  readonly problems: Problems;
  /** True: each row gets an answer, so that no blank line may stand between rows. False: a blank line is passed over. */
  readonly everyRow: boolean;
}

/** Where the cells of a table are. */
export interface TableSource {
  /** What messages call it: `the data file /data/north.csv`. */
  readonly name: string;
  /** What messages count its rows by. A table counted by lines has its header above them. */
  readonly counted: 'line' | 'row';
  /** True: other jobs find the same columns in it, so that a name over all of them tells its rows again. False: nobody knows of others. */
  readonly hasAllColumns: boolean;
  /** The number in a trimmed cell, in the form in which the table writes numbers; nowhere else is it decided what a decimal comma means. */
  numberIn(cell: string): Reading;
  /** The names of its columns, in its order. Throws `TREFOIL_DATA` for a table that can not be read. */
  header(): Promise<readonly string[]>;
  /**
   * Where each column asked for stands in the header, or -1. What is wrong with the header goes to `problems`. Nothing where the
   * rows below can not be told apart from other things, so that they are not read.
   */
  find(asked: AskedColumns, problems: Problems): Promise<readonly number[] | undefined>;
  /**
   * The cells of the columns at these places of the header, a batch of rows at a time. Without `checks` rows are taken as they are: a cell
   * that is not there is ''. Throws `TREFOIL_DATA` for a table that can not be read to its end.
   */
  rows(columns: readonly number[], checks?: RowChecks): AsyncIterable<RowBatch>;
}
