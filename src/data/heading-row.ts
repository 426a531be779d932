/**
 * Rows among the records that are none: the header again, what stands below a header, such as units, and totals or remarks.
 * @module
 */
import { isMissing } from './cell-fault.ts';
import { numberIn } from './labels.ts';

export const AGAIN = 'the header again';
export const UNITS = 'no value of any column, but texts, such as units or a second header';
export const NO_RECORD = 'no record';

/** A column of a table as a reader knows it. */
export interface ReadColumn {
  readonly name: string;
  /** Where its cell stands among those of a row. */
  readonly at: number;
  /** True: a feature is read from it. False: the label is. */
  readonly isFeature: boolean;
  isForeign(cell: string): boolean;
}

type Cells = readonly string[];

/** Whether a row names the columns, as the header does. */
export function isHeaderAgain(cells: Cells, columns: readonly ReadColumn[]): boolean {
  // Nearly every row ends at its first cell. A column may be named by a number, which a record may hold.
  return (
    columns.every(({ name, at }) => cells[at].trim() === name) &&
    columns.some(({ at }) => 'fault' in numberIn(cells[at].trim()))
  );
}

/** Whether a row has texts in most columns of features, and a value in none: units, or types. */
export function isOfTexts(cells: Cells, columns: readonly ReadColumn[]): boolean {
  const features = columns.filter(({ isFeature }) => isFeature);
  const filled = features.filter(({ at }) => !isMissing(cells[at].trim()));
  return (
    features.length > 1 &&
    filled.length * 2 > features.length &&
    filled.every(({ at, isForeign }) => isForeign(cells[at].trim()))
  );
}

/** Whether all cells but one are empty, and that one has no value either: a total, or a remark. */
export function isNoRecord(cells: Cells, columns: readonly ReadColumn[]): boolean {
  const isEmpty = ({ at }: ReadColumn) => cells[at].trim() === '';
  // Nearly every row has a value in both of the first two.
  if (columns.length < 2 || !columns.slice(0, 2).some(isEmpty)) return false;
  const filled = columns.filter((column) => !isEmpty(column));
  return filled.length < 2 && filled.every(({ at }) => 'fault' in numberIn(cells[at].trim()));
}
