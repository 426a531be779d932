/**
 * Records from a CSV file (RFC 4180, UTF-8, comma-separated, with a header row).
 *
 * A message names lines and columns, never a value: records must not end up in logs. Columns that nobody asked for are ignored, whatever is in them.
 * @module
 */

import { stat } from 'node:fs/promises';
import { TrefoilError } from '../errors.ts';
import { isMissing } from './cell-fault.ts';
import { firstLineForm, rowSeparator } from './csv-form.ts';
import { type CsvRow, eachRow } from './csv-rows.ts';
import { throwProblems } from './document.ts';
import { labelReader, numberIn, type Reading } from './labels.ts';
import { suggestion } from './nearest.ts';
import { Problems } from './problems.ts';
import { RangeCheck } from './range-check.ts';
import type { RecordSource, Records, RecordsWanted } from './records.ts';

/** Room to begin with, where nobody says how many rows there are. */
const FIRST_ROWS = 1024;
/** Missing columns that are named one by one. */
const NAMED = 5;

/** How rows are read that a model is applied to: each one that the file has gets an answer. */
export interface RowsKept {
  /** `keep`: a cell without a value is NaN. */
  readonly missing: 'refuse' | 'keep';
  /** A column whose cells are wanted as they are. */
  readonly id?: string | undefined;
  /** What to do about a cell without a value, and a value outside its range. */
  readonly advice: { readonly missing: string; readonly outOfRange: string };
}

export interface KeptRecords extends Records {
  /** The cells of the id column; none where no column was asked for. */
  readonly ids: readonly string[];
  /** Columns that look as if they were in another unit, where values outside their ranges are kept. */
  readonly warnings: readonly string[];
}

/** The records of one CSV file; columns that the job doesn't name are ignored. */
export function csvFile(path: string): RecordSource {
  return { read: (wanted) => readRecords(path, wanted) };
}

/** The wanted columns of a CSV file. Throws `TREFOIL_DATA` with every problem found. */
export async function readRecords(path: string, wanted: RecordsWanted): Promise<Records> {
  return (await tableOf(path, wanted)).records;
}

/** The wanted columns of every row, in the order of the file. Throws `TREFOIL_DATA` with every problem found. */
export async function readRows(path: string, wanted: RecordsWanted, kept: RowsKept): Promise<KeptRecords> {
  const table = await tableOf(path, wanted, kept);
  return { ...table.records, ids: table.ids, warnings: table.warnings.list() };
}

async function tableOf(path: string, wanted: RecordsWanted, kept?: RowsKept): Promise<Table> {
  // A missing file is named when it is read.
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const table = new Table(wanted, size, kept);
  const openQuote = await eachRow(path, (row) => table.add(row));
  table.end(openQuote);
  throwProblems('TREFOIL_DATA', `the data file ${path}`, table.problems.list());
  return table;
}

/** Rows as they come in, checked one by one. */
class Table {
  readonly problems = new Problems();
  readonly warnings = new Problems();
  readonly ids: string[] = [];
  readonly #wanted: RecordsWanted;
  readonly #kept: RowsKept | undefined;
  readonly #labelIn: (cell: string) => Reading;
  readonly #ranges: readonly RangeCheck[];
  #features: Float64Array;
  #labels: Float64Array;
  /** Cells of the header row; 0 until it was seen. */
  #cells = 0;
  /** Where each feature, then the label, stands in a row; -1 when it is missing. */
  #positions: readonly number[] = [];
  #id = -1;
  #rows = 0;
  /** Whether the rows were left alone, since something else was found. */
  #isOver = false;

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
    if (this.#cells === 0) {
      this.#readHeader(cells, line);
      return !this.#isOver;
    }
    // Of one column, a blank line is a row whose cell is empty.
    for (let i = line - blank; i < line && this.#cells === 1; i++) this.#readRow({ cells: [''], line: i, breaks: 0 });
    if (blank > 0 && this.#cells > 1) this.#blankLine(line - blank);
    if (cells.length === 1 && this.#cells > 1 && cells[0].trim() === '') this.#blankLine(line);
    else this.#readRow(row);
    return true;
  }

  /** `openQuote` is the line of a quote that is never closed. */
  end(openQuote: number | undefined): void {
    if (openQuote !== undefined) {
      this.problems.addAt(openQuote, 'a quote is out of place or not closed; nothing was read from here on');
    }
    for (const range of this.#ranges) {
      if (this.#wanted.outOfRange === 'keep') range.report(this.warnings);
      else range.report(this.problems, this.#wanted.outOfRange === 'refuse', this.#kept?.advice.outOfRange);
    }
    if (this.#isOver || openQuote !== undefined) return;
    if (this.#cells === 0) this.problems.add('the file is empty');
    else if (this.#rows === 0) this.problems.add('there is no row below the header');
    else if (this.#wanted.rows !== undefined && this.#rows !== this.#wanted.rows) {
      this.problems.add(`rows below the header: ${this.#rows}, but the job says ${this.#wanted.rows}`);
    }
  }

  #readHeader(cells: readonly string[], line: number): void {
    const header = cells.map((cell) => cell.trim());
    const { features, label } = this.#wanted;
    const id = this.#kept?.id;
    const names = [...features.map(({ name }) => name), ...(label === undefined ? [] : [label])];
    const all = id === undefined ? names : [...names, id];
    this.#cells = header.length;
    this.#positions = names.map((name) => header.indexOf(name));
    this.#id = id === undefined ? -1 : header.indexOf(id);
    const isNone = this.#positions.every((position) => position < 0);
    const form = this.#positions.includes(-1) ? firstLineForm(cells, names) : undefined;
    this.#isOver = isNone || form !== undefined;
    if (form !== undefined) {
      this.problems.addAt(line, form);
      return;
    }
    const recode = header.some((name) => name.includes('\ufffd')) ? NOT_UTF8 : '';
    if (isNone) {
      // Perhaps there is no header and this is a record, so that no cell of it may be quoted, nor counted on below.
      const asker = this.#kept === undefined ? 'job' : 'model';
      this.problems.addAt(
        line,
        `none of the columns that the ${asker} names is here; the first line must be the header${recode}`,
      );
      return;
    }
    for (const name of new Set(all)) {
      const places = header.flatMap((other, i) => (other === name ? [i + 1] : []));
      if (places.length > 1) this.problems.addAt(line, `duplicate header '${name}' in columns ${places.join(' and ')}`);
    }
    const spare = header.filter((name) => name !== '' && !all.includes(name));
    const missing = [...new Set(all)].filter((name) => !header.includes(name));
    for (const name of missing.slice(0, NAMED)) {
      this.problems.addAt(line, `missing column '${name}'${recode || suggestion(name, spare)}`);
    }
    const more = missing.length - NAMED;
    if (more > 0) this.problems.addAt(line, `${more} more column${more === 1 ? ' is' : 's are'} missing`);
  }

  /** Between rows: a record is no blank line, but a row of a table that somebody counts on may be. */
  #blankLine(line: number): void {
    if (this.#kept !== undefined) this.problems.addAt(line, 'a blank line within the rows: remove or fill it');
  }

  #readRow({ cells, line, breaks }: Omit<CsvRow, 'blank'>): void {
    const row = this.#rows++;
    if (row === this.#labels.length) this.#grow();
    if (cells.length !== this.#cells) {
      this.problems.addAt(line, rowForm(cells, this.#cells));
      return;
    }
    if (breaks > 0 && holdsRows(cells, breaks)) {
      this.problems.addAt(line, 'a quoted cell runs over whole lines: a quote is out of place, or not closed');
      return;
    }
    if (this.#id >= 0) this.ids.push(cells[this.#id]);
    if (this.#kept?.missing !== 'keep' && this.#isNoRecord(cells)) {
      this.problems.addAt(line, 'no record: remove the line, if it is a total or a remark or has no value at all');
      return;
    }
    const { features, label, outOfRange } = this.#wanted;
    features.forEach(({ name, low, high }, j) => {
      const value = this.#cell(cells, line, j, name, numberIn);
      if (value === undefined) return;
      if (!Number.isNaN(value)) this.#ranges[j].add(value, line);
      this.#features[row * features.length + j] = outOfRange === 'keep' ? value : Math.min(high, Math.max(low, value));
    });
    if (label === undefined) return;
    const value = this.#cell(cells, line, features.length, label, this.#labelIn);
    if (value !== undefined) this.#labels[row] = value;
  }

  /** Whether all wanted cells but one are empty, and that one has no value either. */
  #isNoRecord(cells: readonly string[]): boolean {
    const wanted = this.#positions.filter((position) => position >= 0);
    const isEmpty = (position: number) => cells[position].trim() === '';
    // Nearly every row has a value in both of the first two.
    if (wanted.length < 2 || !wanted.slice(0, 2).some(isEmpty)) return false;
    const filled = wanted.filter((position) => !isEmpty(position));
    return filled.length < 2 && filled.every((position) => 'fault' in numberIn(cells[position].trim()));
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
    column: number,
    name: string,
    read: (cell: string) => Reading,
  ): number | undefined {
    if (this.#positions[column] < 0) return undefined;
    const cell = cells[this.#positions[column]].trim();
    const reading = read(cell);
    if ('value' in reading) return reading.value;
    if (this.#kept?.missing === 'keep' && isMissing(cell)) return Number.NaN;
    const advice = this.#kept !== undefined && isMissing(cell) ? `; ${this.#kept.advice.missing}` : '';
    this.problems.addAt(line, `${reading.fault}${advice}`, `column '${name}'`);
    return undefined;
  }
}

const NOT_UTF8 = '; the header is not UTF-8 (perhaps Windows-1252): save the file as CSV UTF-8';

function numbers(length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch {
    throw new TrefoilError('TREFOIL_DATA', `the records take ${length} numbers, more than there is memory for`);
  }
}

/** What is wrong with a row that has not as many cells as the header. */
function rowForm(cells: readonly string[], expected: number): string {
  const found = `${cells.length} cell${cells.length === 1 ? '' : 's'}, but the header has ${expected}`;
  const separated = cells.length === 1 ? rowSeparator(cells[0], expected) : undefined;
  if (separated !== undefined) return `${found}: it is separated by ${separated}`;
  return cells.length < expected
    ? `${found}; remove the line if it is no record`
    : `${found}; a text or number with a comma needs quotes`;
}

/** Whether a cell has a row's worth of commas for each line break: a quote has swallowed the lines between. */
const holdsRows = (cells: readonly string[], breaks: number): boolean =>
  cells.length > 3 && cells.some((cell) => cell.includes('\n') && cell.split(',').length > breaks * (cells.length - 1));
