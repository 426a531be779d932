/**
 * Rows that a quote out of place has swallowed: the text of a quoted cell with line breaks that would be rows of the file without the quotes.
 * @module
 */

import { isMissing } from './cell-fault.ts';
import type { Header } from './table-header.ts';

/** How the rows below a header are laid out. */
export interface RowShape extends Pick<Header, 'width' | 'named' | 'positions'> {
  readonly delimiter: string;
}

type Cells = readonly string[];

const BREAK = /\r\n|\n|\r/;
const NUMBER_FIRST = /^[+-]?[.,]?\d/;

/** Whether a row has a cell for each name of the header, and further ones only without a value. */
export const fits = (cells: readonly string[], { width, named }: Omit<RowShape, 'delimiter'>): boolean =>
  cells.length === width ||
  (cells.length >= named && cells.slice(Math.min(named, width)).every((cell) => cell.trim() === ''));

/**
 * Whether a cell with line breaks holds rows. Its lines are looked at as if it had no quotes: the first one with the cells before it, the last one with the
 * cells behind it. A sound cell at an end of its row makes one of these a row, which is the row itself; a sound cell elsewhere makes none.
 */
export function holdsRows(cells: readonly string[], header: RowShape): boolean {
  // The only cell of a row is read as a value, which refuses line breaks.
  if (header.named < 2) return false;
  const isSound = mayBeRow([], cells, [], header);
  return cells.some((cell, i) => {
    const lines = cell.split(BREAK);
    if (lines.length < 2) return false;
    const rows = lines.filter((line, at) => {
      const before = at === 0 ? cells.slice(0, i) : [];
      const behind = at === lines.length - 1 ? cells.slice(i + 1) : [];
      return readings(line, header.delimiter).some((own) => mayBeRow(before, own, behind, header));
    }).length;
    const isAtEnd = i === 0 || i >= header.named - 1;
    return rows > (isAtEnd && isSound ? 1 : 0);
  });
}

/** The cells that a line may have: without quotes, with one that takes the rest of the line, or as a whole. */
function readings(line: string, delimiter: string): string[][] {
  const cells = line.split(delimiter);
  const quote = cells.findIndex((cell) => cell.trimStart().startsWith('"'));
  const quoted = quote < 0 ? [] : [[...cells.slice(0, quote), cells.slice(quote).join(delimiter)]];
  return [cells, ...quoted, [line]];
}

/** Whether these cells could be a row: as many as the header has, and a number for a feature, of its own if any are, or no value for any. */
function mayBeRow(before: Cells, own: Cells, behind: Cells, header: RowShape): boolean {
  const cells = [...before, ...own, ...behind];
  if (!fits(cells, header)) return false;
  const wanted = header.positions.filter((position) => position >= 0 && position < cells.length);
  const owned = wanted.filter((position) => position >= before.length && position < before.length + own.length);
  const values = (owned.length > 0 ? owned : wanted).map((position) => cells[position].trim());
  return values.some((value) => NUMBER_FIRST.test(value)) || (values.length > 0 && values.every(isMissing));
}
