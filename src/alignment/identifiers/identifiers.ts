/**
 * The identifiers of a party's rows, row by row, with what is wrong with them by their lines and never with their texts.
 * @module
 */
import type { Problems } from '../../data/problems.ts';
import { type IdentifierRules, identifierOf, keyReader, type Reading } from './key.ts';

/** The rows that can be aligned. */
export interface Identifiers {
  readonly identifiers: readonly Uint8Array[];
  /** The row of each, from 0. */
  readonly rows: Uint32Array;
  /** Where each row stands: its line, or its number from 1. */
  readonly places: Uint32Array;
  /** Rows that do not count, by why. */
  readonly left: {
    /** A key is missing. */
    readonly missing: number;
    readonly duplicates: number;
    /** Another cell is missing that the row needs. */
    readonly incomplete: number;
  };
}

interface Kept {
  readonly identifier: Uint8Array;
  readonly row: number;
  readonly place: number;
  isRepeated: boolean;
}

/** Takes the cells of one row after another. */
export class IdentifierReading {
  readonly #rules: IdentifierRules;
  readonly #columns: readonly string[];
  readonly #readers: readonly ((cell: string) => Reading)[];
  readonly #problems: Problems;
  readonly #kept = new Map<string, Kept>();
  readonly #counted: string;
  #rows = 0;
  #missing = 0;
  #duplicates = 0;
  #incomplete = 0;

  /** `columns`: what this party calls the keys. `counted`: what its rows are counted by. */
  constructor(rules: IdentifierRules, columns: readonly string[], problems: Problems, counted: string) {
    this.#rules = rules;
    this.#columns = columns;
    this.#readers = rules.keys.map(keyReader);
    this.#problems = problems;
    this.#counted = counted;
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * `cells`: one for each key, in the order of the job. A row without cells has a fault of form, which is a problem already. `isComplete`: whether it has
   * what else it needs; otherwise it does not count.
   */
  add(cells: readonly string[], place: number, isComplete = true): void {
    const row = this.#rows++;
    if (cells.length === 0) return;
    if (!isComplete) {
      this.#incomplete++;
      return;
    }
    const texts: string[] = [];
    let [isMissing, isFaulty] = [false, false];
    this.#readers.forEach((read, i) => {
      const reading = read(cells[i]);
      if ('text' in reading) texts.push(reading.text);
      else if (reading.isMissing && this.#rules.missing === 'drop') isMissing = true;
      else {
        isFaulty = true;
        this.#problems.addAt(place, reading.fault, this.#columns[i]);
      }
    });
    if (isMissing) this.#missing++;
    if (!isMissing && !isFaulty) this.#keep(texts, row, place);
  }

  end(): Identifiers {
    const isOut = ({ isRepeated }: Kept) => isRepeated && this.#rules.duplicates === 'none';
    const kept = [...this.#kept.values()].filter((each) => !isOut(each));
    return {
      identifiers: kept.map(({ identifier }) => identifier),
      rows: Uint32Array.from(kept, ({ row }) => row),
      places: Uint32Array.from(kept, ({ place }) => place),
      left: {
        missing: this.#missing,
        duplicates: this.#duplicates + this.#kept.size - kept.length,
        incomplete: this.#incomplete,
      },
    };
  }

  #keep(texts: readonly string[], row: number, place: number): void {
    const identifier = identifierOf(texts);
    const name = Buffer.from(identifier.buffer).toString('latin1');
    const before = this.#kept.get(name);
    if (before === undefined) {
      this.#kept.set(name, { identifier, row, place, isRepeated: false });
      return;
    }
    before.isRepeated = true;
    this.#duplicates++;
    if (this.#rules.duplicates !== 'refuse') return;
    const remedy = 'keep one of them, or say in data.alignment.duplicates which counts';
    this.#problems.addAt(place, `the same keys as on ${this.#counted} ${before.place}: ${remedy}`);
  }
}
