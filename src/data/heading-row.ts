/**
 * Rows among the records that are none: the header again, or what stands below a header, such as units.
 * @module
 */

import { isMissing } from './cell-fault.ts';
import type { Header } from './csv-header.ts';
import { numberIn } from './labels.ts';
import type { RecordsWanted } from './records.ts';

export const AGAIN = 'the header again: remove the line';
export const UNITS = 'no value of any column, but texts, such as units or a second header: remove the line';

type Cells = readonly string[];

/** Cells that begin with a number and are a unit, such as 10^9/L or 1/min. */
const UNIT_WITH_NUMBER = /^(10\s*(\^|\*|e\d)|1\d*\s*\/\s*[a-zµ])/i;
const NUMBER_FIRST = /^[+-]?[.,]?\d/;

/** Whether a row names the columns, as the header does. */
export function isHeaderAgain(cells: Cells, { positions }: Header, { features, label }: RecordsWanted): boolean {
  const nameOf = (i: number) => features[i]?.name ?? label;
  const isNamed = (position: number, i: number) => position < 0 || cells[position].trim() === nameOf(i);
  // Nearly every row ends at its first cell. A column may be named by a number, which a record may hold.
  return (
    positions.every(isNamed) && positions.some((position) => position >= 0 && 'fault' in numberIn(cells[position]))
  );
}

/** Whether a row has texts in most columns of features, and a value in none: units, or types. */
export function isOfTexts(cells: Cells, { positions }: Header, { features }: RecordsWanted): boolean {
  const wanted = positions.slice(0, features.length).filter((position) => position >= 0);
  const filled = wanted.map((position) => cells[position].trim()).filter((cell) => !isMissing(cell));
  return wanted.length > 1 && filled.length * 2 > wanted.length && filled.every(isText);
}

const isText = (cell: string) => 'fault' in numberIn(cell) && (!NUMBER_FIRST.test(cell) || UNIT_WITH_NUMBER.test(cell));
