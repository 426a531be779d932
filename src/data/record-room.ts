/**
 * Room for records of which nobody knows yet how many come.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { Records } from './records.ts';

/** Rows to begin with. */
const FIRST_ROWS = 1024;
/** By how much room grows towards the number of rows that is expected: a table that is too short for it takes little more than it needs. */
const GROWTH = 16;

export class RecordRoom {
  readonly #columns: number;
  readonly #expected: number | undefined;
  #features: Float64Array;
  #labels: Float64Array;
  #rows = 0;

  constructor(columns: number, expected?: number) {
    this.#columns = columns;
    this.#expected = expected;
    const rows = Math.min(expected ?? FIRST_ROWS, FIRST_ROWS);
    this.#features = numbers(rows * columns);
    this.#labels = numbers(rows);
  }

  /** Rows that were kept. */
  get rows(): number {
    return this.#rows;
  }

  /** Where the features of a next row stand, from index rows · columns, until more room is made. */
  get features(): Float64Array {
    return this.#features;
  }

  /** Where the label of a next row stands, at index rows. */
  get labels(): Float64Array {
    return this.#labels;
  }

  /** Makes room for one more row, where there is none. */
  ready(): void {
    const [rows, expected] = [this.#rows, this.#expected];
    if (rows < this.#labels.length) return;
    const more = expected === undefined || expected <= rows ? Math.max(1, 2 * rows) : Math.min(expected, GROWTH * rows);
    const [features, labels] = [this.#features, this.#labels];
    this.#features = numbers(more * this.#columns);
    this.#labels = numbers(more);
    this.#features.set(features);
    this.#labels.set(labels);
  }

  /** Keeps the row that was written. */
  keep(): void {
    this.#rows++;
  }

  records(): Records {
    const isFull = this.#rows === this.#labels.length;
    return {
      // A large table is not copied.
      features: isFull ? this.#features : this.#features.slice(0, this.#rows * this.#columns),
      labels: isFull ? this.#labels : this.#labels.slice(0, this.#rows),
      rows: this.#rows,
      columns: this.#columns,
    };
  }
}

function numbers(length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch {
    throw new TrefoilError('TREFOIL_DATA', `the records take ${length} numbers, more than there is memory for`);
  }
}
