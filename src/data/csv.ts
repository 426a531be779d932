/**
 * Records from a CSV file (RFC 4180, UTF-8, comma-separated, with a header row).
 *
 * A message names lines and columns, never a value: records must not end up in logs.
 * @module
 */

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Info, parse } from 'csv-parse';
import { throwProblems } from './document.ts';
import { labelReader, numberIn, type Reading } from './labels.ts';
import { suggestion } from './nearest.ts';
import { Problems } from './problems.ts';
import { unreadable } from './read-text.ts';
import type { RecordSource, Records, RecordsWanted } from './records.ts';

/** Room to begin with, where nobody says how many rows there are. */
const FIRST_ROWS = 1024;

/** What the parser gives for one row with its `info` option; its published types leave that out. */
interface Row {
  readonly record: readonly string[];
  readonly info: Pick<Info, 'lines'>;
}

/** The records of one CSV file; columns that the job doesn't name are ignored. */
export function csvFile(path: string): RecordSource {
  return { read: (wanted) => readRecords(path, wanted) };
}

/** The wanted columns of a CSV file. Throws `TREFOIL_DATA` with every problem found. */
export async function readRecords(path: string, wanted: RecordsWanted): Promise<Records> {
  const table = new Table(wanted);
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true };
  try {
    await pipeline(createReadStream(path), parse(options), async (rows: AsyncIterable<Row>) => {
      for await (const { record, info } of rows) table.add(record, info.lines);
    });
  } catch (error) {
    // Neither the parser's message nor the error itself may go further: they quote the cell.
    if (error instanceof CsvError) table.stop(Number(error.lines));
    else throw unreadable('TREFOIL_DATA', 'data file', path, error);
  }
  table.end();
  throwProblems('TREFOIL_DATA', `the data file ${path}`, table.problems.list());
  return table.records;
}

/** Rows as they come in, checked one by one. */
class Table {
  readonly problems = new Problems();
  readonly #wanted: RecordsWanted;
  readonly #labelIn: (cell: string) => Reading;
  #features: Float64Array;
  #labels: Float64Array;
  /** Cells of the header row; 0 until it was seen. */
  #cells = 0;
  /** Where each feature, and last the label, stands in a row; -1 when it is missing. */
  #positions: readonly number[] = [];
  #rows = 0;
  #stopped = false;

  constructor(wanted: RecordsWanted) {
    const { rows = FIRST_ROWS, features } = wanted;
    this.#wanted = wanted;
    this.#labelIn = labelReader(wanted);
    this.#features = new Float64Array(rows * features.length);
    this.#labels = new Float64Array(rows);
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

  add(record: readonly string[], line: number): void {
    if (this.#cells === 0) this.#readHeader(record);
    else this.#readRow(record, line);
  }

  /** The parser gave up at this line. */
  stop(line: number): void {
    this.#stopped = true;
    this.problems.add(`line ${line}: a quote is out of place or not closed; nothing was read from here on`);
  }

  end(): void {
    if (this.#stopped) return;
    if (this.#cells === 0) this.problems.add('the file is empty');
    else if (this.#rows === 0) this.problems.add('there is no row below the header');
    else if (this.#wanted.rows !== undefined && this.#rows !== this.#wanted.rows) {
      this.problems.add(`rows below the header: ${this.#rows}, but the job says ${this.#wanted.rows}`);
    }
  }

  #readHeader(record: readonly string[]): void {
    const header = record.map((cell) => cell.trim());
    const { features, label } = this.#wanted;
    const names = [...features.map(({ name }) => name), ...(label === undefined ? [] : [label])];
    this.#cells = header.length;
    this.#positions = names.map((name) => header.indexOf(name));
    if (this.#positions.every((position) => position < 0)) {
      // Perhaps there is no header and this is a record, so that no cell of it may be quoted, nor counted on below.
      this.problems.add('line 1: none of the columns that the job names is here; the first line must be the header');
      return;
    }
    header.forEach((name, i) => {
      const first = header.indexOf(name);
      if (first < i) this.problems.add(`line 1: duplicate header '${name}' in columns ${first + 1} and ${i + 1}`);
    });
    const spare = header.filter((name) => !names.includes(name));
    names.forEach((name, i) => {
      if (this.#positions[i] < 0) this.problems.add(`line 1: missing column '${name}'${suggestion(name, spare)}`);
    });
  }

  #readRow(record: readonly string[], line: number): void {
    const row = this.#rows++;
    if (row === this.#labels.length) this.#grow();
    if (record.length !== this.#cells) {
      this.problems.add(`line ${line}: ${record.length} cells, but the header has ${this.#cells}`);
      return;
    }
    const { features, label } = this.#wanted;
    features.forEach(({ name, low, high }, j) => {
      const value = this.#cell(record, line, j, name, numberIn);
      if (value === undefined) return;
      if ((value < low || value > high) && this.#wanted.outOfRange === 'refuse') {
        this.problems.add(`line ${line}, column '${name}': outside the declared range from ${low} to ${high}`);
      }
      this.#features[row * features.length + j] = Math.min(high, Math.max(low, value));
    });
    if (label === undefined) return;
    const value = this.#cell(record, line, features.length, label, this.#labelIn);
    if (value !== undefined) this.#labels[row] = value;
  }

  #grow(): void {
    const [features, labels] = [this.#features, this.#labels];
    this.#features = new Float64Array(2 * features.length);
    this.#labels = new Float64Array(2 * labels.length);
    this.#features.set(features);
    this.#labels.set(labels);
  }

  /** The value of a cell; notes the problem when there is none. */
  #cell(
    record: readonly string[],
    line: number,
    column: number,
    name: string,
    read: (cell: string) => Reading,
  ): number | undefined {
    if (this.#positions[column] < 0) return undefined;
    const reading = read(record[this.#positions[column]].trim());
    if ('value' in reading) return reading.value;
    this.problems.add(`line ${line}, column '${name}': ${reading.fault}`);
    return undefined;
  }
}
