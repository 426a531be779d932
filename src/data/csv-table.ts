/**
 * The rows of a CSV file as records, checked one by one.
 * @module
 */

import { TrefoilError } from '../errors.ts';
import { isMissing } from './cell-fault.ts';
import { rowSeparator } from './csv-form.ts';
import { type Header, headerOf } from './csv-header.ts';
import type { CsvRow } from './csv-rows.ts';
import { AGAIN, isHeaderAgain, isOfTexts, UNITS } from './heading-row.ts';
import { labelReader, numberIn, type Reading } from './labels.ts';
import { Problems } from './problems.ts';
import { RangeCheck } from './range-check.ts';
import type { Records, RecordsWanted } from './records.ts';
import { fits, holdsRows } from './swallowed-rows.ts';

/** Room to begin with, where nobody says how many rows there are. */
const FIRST_ROWS = 1024;
/** Lines within which a header is looked for. */
const SEARCHED = 30;

const SWALLOWED = 'a quoted cell runs over whole lines: a quote is out of place, or not closed';

/** How rows are read that a model is applied to: each one that the file has gets an answer. */
export interface RowsKept {
  /** `keep`: a cell without a value is NaN. */
  readonly missing: 'refuse' | 'keep';
  /** A column whose cells are wanted as they are. */
  readonly id?: string | undefined;
  /** What to do about a cell without a value, and a value outside its range. */
  readonly advice: { readonly missing: string; readonly outOfRange: string };
}

interface NumberedRow extends Pick<CsvRow, 'cells' | 'line'> {
  /** From 0, below the header. */
  readonly row: number;
}

/** Rows as they come in, checked one by one. */
export class Table {
  readonly problems = new Problems();
  readonly warnings = new Problems();
  readonly ids: string[] = [];
  readonly #wanted: RecordsWanted;
  readonly #kept: RowsKept | undefined;
  readonly #labelIn: (cell: string) => Reading;
  readonly #ranges: readonly RangeCheck[];
  #features: Float64Array;
  #labels: Float64Array;
  #header: Header | undefined;
  #rows = 0;
  /** The first row, if it has texts alone, until the next one tells whether these are units. */
  #first: NumberedRow | undefined;

  /** `size` is that of the file, in bytes. */
  constructor(wanted: RecordsWanted, size: number, kept?: RowsKept) {
    const columns = Math.max(1, wanted.features.length);
    // A cell takes a byte at the least, so that a file that is too short for its rows takes no room for them.
    const rows = Math.min(wanted.rows ?? FIRST_ROWS, Math.max(FIRST_ROWS, Math.ceil(size / columns)));
    this.#wanted = wanted;
    this.#kept = kept;
    this.#labelIn = labelReader(wanted);
    this.#ranges = wanted.features.map((feature) => new RangeCheck(feature));
    this.#features = numbers(rows * wanted.features.length);
    this.#labels = numbers(rows);
  }

  get rows(): number {
    return this.#rows;
  }

  get records(): Records {
    const columns = this.#wanted.features.length;
    const isFull = this.#rows === this.#labels.length;
    return {
      // A large file is not copied.
      features: isFull ? this.#features : this.#features.slice(0, this.#rows * columns),
      labels: isFull ? this.#labels : this.#labels.slice(0, this.#rows),
      rows: this.#rows,
      columns,
    };
  }

  /** False: no more rows are needed. */
  add(row: CsvRow): boolean {
    const { cells, line, blank } = row;
    const header = this.#header;
    if (header === undefined) {
      this.#readHeader(row);
      return this.#header?.is !== 'another form';
    }
    if (header.is === 'no header') return this.#searchHeader(cells, line, header);
    // Of one column, a blank line is a row whose cell is empty.
    const isOne = header.width === 1;
    for (let i = line - blank; i < line && isOne; i++) this.#readRow({ cells: [''], line: i, breaks: 0 }, header);
    if (blank > 0 && !isOne) this.#blankLine(line - blank);
    if (cells.length === 1 && !isOne && cells[0].trim() === '') this.#blankLine(line);
    else this.#readRow(row, header);
    return true;
  }

  /** `openQuote` is the line of a quote that is never closed. */
  end(openQuote: number | undefined): void {
    if (openQuote !== undefined) {
      this.problems.addAt(openQuote, 'a quote is out of place or not closed; nothing was read from here on');
    }
    if (this.#first !== undefined) this.problems.addAt(this.#first.line, UNITS);
    for (const range of this.#ranges) {
      if (this.#wanted.outOfRange === 'keep') range.report(this.warnings);
      else range.report(this.problems, this.#wanted.outOfRange === 'refuse', this.#kept?.advice.outOfRange);
    }
    if (openQuote !== undefined || (this.#header !== undefined && this.#header.is !== 'a header')) return;
    if (this.#header === undefined) this.problems.add('the file is empty');
    else if (this.#rows === 0) this.problems.add('there is no row below the header');
    else if (this.#wanted.rows !== undefined && this.#rows !== this.#wanted.rows) {
      this.problems.add(`rows below the header: ${this.#rows}, but the job says ${this.#wanted.rows}`);
    }
  }

  #readHeader({ cells, line, breaks }: CsvRow): void {
    const { features, label } = this.#wanted;
    const [id, by] = [this.#kept?.id, this.#kept === undefined ? ('job' as const) : ('model' as const)];
    this.#header = headerOf(cells, { features: features.map(({ name }) => name), label, id, by });
    for (const problem of this.#header.problems) this.problems.addAt(line, problem);
    if (breaks > 0 && holdsRows(cells, this.#header)) this.problems.addAt(line, SWALLOWED);
  }

  /** Looks for the header among the first rows, where the first one is none. */
  #searchHeader(cells: readonly string[], line: number, { positions }: Header): boolean {
    const { features, label } = this.#wanted;
    const names = new Set(cells.map((cell) => cell.trim()));
    const isHeader = features.every(({ name }) => names.has(name)) && (label === undefined || names.has(label));
    if (isHeader && positions.length > 1) this.problems.addAt(line, 'this is the header: remove the lines above it');
    return !isHeader && line < SEARCHED;
  }

  /** Between rows: a record is no blank line, but a row of a table that somebody counts on may be. */
  #blankLine(line: number): void {
    if (this.#kept !== undefined) this.problems.addAt(line, 'a blank line within the rows: remove or fill it');
  }

  #readRow({ cells, line, breaks }: Omit<CsvRow, 'blank'>, header: Header): void {
    const row = this.#rows++;
    if (row === this.#labels.length) this.#grow();
    if (!fits(cells, header)) {
      this.problems.addAt(line, rowForm(cells, header.width, row + 1));
      return;
    }
    if (breaks > 0 && holdsRows(cells, header)) {
      this.problems.addAt(line, SWALLOWED);
      return;
    }
    if (isHeaderAgain(cells, header, this.#wanted)) {
      this.problems.addAt(line, AGAIN);
      return;
    }
    const first = this.#first;
    this.#first = undefined;
    const hasTexts = row < 2 && isOfTexts(cells, header, this.#wanted);
    // Where the next row has texts too, they are values of a kind that is not read.
    if (first !== undefined && hasTexts) this.#readCells(first, header);
    else if (first !== undefined) this.problems.addAt(first.line, UNITS);
    if (row === 0 && hasTexts) this.#first = { cells, line, row };
    else this.#readCells({ cells, line, row }, header);
  }

  #readCells({ cells, line, row }: NumberedRow, header: Header): void {
    if (header.id >= 0) this.ids.push(cells[header.id]);
    if (this.#kept?.missing !== 'keep' && isNoRecord(cells, header)) {
      this.problems.addAt(line, 'no record: remove the line, if it is a total or a remark or has no value at all');
      return;
    }
    const { features, label, outOfRange } = this.#wanted;
    features.forEach(({ name, low, high }, j) => {
      const value = this.#cell(cells, line, header.positions[j], name, numberIn);
      if (value === undefined) return;
      if (!Number.isNaN(value)) this.#ranges[j].add(value, line);
      this.#features[row * features.length + j] = outOfRange === 'keep' ? value : Math.min(high, Math.max(low, value));
    });
    if (label === undefined) return;
    const value = this.#cell(cells, line, header.positions[features.length], label, this.#labelIn);
    if (value !== undefined) this.#labels[row] = value;
  }

  #grow(): void {
    const [features, labels] = [this.#features, this.#labels];
    this.#features = numbers(2 * features.length);
    this.#labels = numbers(2 * labels.length);
    this.#features.set(features);
    this.#labels.set(labels);
  }

  /** The value of a cell; notes the problem when there is none. */
  #cell(
    cells: readonly string[],
    line: number,
    position: number,
    name: string,
    read: (cell: string) => Reading,
  ): number | undefined {
    if (position < 0) return undefined;
    const cell = cells[position].trim();
    const reading = read(cell);
    if ('value' in reading) return reading.value;
    if (this.#kept?.missing === 'keep' && isMissing(cell)) return Number.NaN;
    const advice = this.#kept !== undefined && isMissing(cell) ? `; ${this.#kept.advice.missing}` : '';
    this.problems.addAt(line, `${reading.fault}${advice}`, name);
    return undefined;
  }
}

function numbers(length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch {
    throw new TrefoilError('TREFOIL_DATA', `the records take ${length} numbers, more than there is memory for`);
  }
}

/** Whether all wanted cells but one are empty, and that one has no value either. */
function isNoRecord(cells: readonly string[], { positions }: Header): boolean {
  const wanted = positions.filter((position) => position >= 0);
  const isEmpty = (position: number) => cells[position].trim() === '';
  // Nearly every row has a value in both of the first two.
  if (wanted.length < 2 || !wanted.slice(0, 2).some(isEmpty)) return false;
  const filled = wanted.filter((position) => !isEmpty(position));
  return filled.length < 2 && filled.every((position) => 'fault' in numberIn(cells[position].trim()));
}

/** What is wrong with a row, with its number from 1, that has not as many cells as the header. */
function rowForm(cells: readonly string[], expected: number, row: number): string {
  const found = `${cells.length} cell${cells.length === 1 ? '' : 's'}, but the header has ${expected}`;
  const separated = cells.length === 1 ? rowSeparator(cells[0], expected) : undefined;
  if (separated !== undefined) return `${found}: it is separated by ${separated}`;
  if (cells.length === expected + 1 && cells[0].trim() === String(row)) {
    return `${found}; the first is the number of the row, as R writes it: leave it out (row.names = FALSE)`;
  }
  return cells.length < expected
    ? `${found}; remove the line if it is no record`
    : `${found}; a text or number with a comma needs quotes`;
}
