/**
 * What the cells of one column are, counted: for the owner of the data alone.
 * @module
 */
import type { CellReading } from '../../encoding/feature-kind.ts';
import type { Fill } from '../../encoding/missing.ts';
import type { ColumnRule } from '../../errors.ts';

/** So many places, of which the first few are named. */
export interface Places {
  readonly count: number;
  /** Lines, or numbers of rows. */
  readonly first: readonly number[];
}

/** What was found in the column of one feature, or of the label. */
export interface ColumnFindings {
  /** Its name in the job. */
  readonly feature: string;
  /** Its name in the table. */
  readonly column: string;
  /** What the job asks of a cell. */
  readonly asked: string;
  /** Cells with a value that the job can use. */
  readonly values: number;
  readonly missing: Places;
  /** What becomes of a missing value: `refuse`, or how it is filled. */
  readonly fill: Fill;
  /** Cells that break a rule: of another type, out of range, levels that are not agreed. */
  readonly broken: Readonly<Partial<Record<ColumnRule, Places>>>;
  /** All values are the same one, so that a model learns nothing of it here. */
  readonly isConstant: boolean;
}

const NAMED = 3;

/** Counts places, and keeps the first few. */
export class Tally implements Places {
  count = 0;
  readonly first: number[] = [];

  add(place: number): void {
    this.count++;
    if (this.first.length < NAMED) this.first.push(place);
  }
}

/** How one column is looked at. */
export interface Surveyed {
  readonly feature: string;
  readonly column: string;
  readonly asked: string;
  readonly fill: Fill;
  readonly read: (cell: string) => CellReading | 'missing';
  readonly bounds?: { readonly low: number; readonly high: number } | undefined;
}

/** The cells of one column, one after another. */
export class ColumnSurvey {
  readonly of: Surveyed;
  readonly #missing = new Tally();
  readonly #broken = new Map<ColumnRule, Tally>();
  #values = 0;
  #first: number | undefined;
  #isConstant = true;

  constructor(of: Surveyed) {
    this.of = of;
  }

  add(cell: string, place: number): void {
    const found = this.of.read(cell);
    if (found === 'missing') this.#missing.add(place);
    else if ('fault' in found) this.#break(found.rule, place);
    else this.#value(found.value, place);
  }

  #value(value: number, place: number): void {
    const { bounds } = this.of;
    if (bounds !== undefined && (value < bounds.low || value > bounds.high)) {
      this.#break('range', place);
      return;
    }
    this.#values++;
    this.#first ??= value;
    if (value !== this.#first) this.#isConstant = false;
  }

  #break(rule: ColumnRule, place: number): void {
    const tally = this.#broken.get(rule) ?? new Tally();
    this.#broken.set(rule, tally);
    tally.add(place);
  }

  findings(): ColumnFindings {
    const { feature, column, asked, fill } = this.of;
    return {
      feature,
      column,
      asked,
      fill,
      values: this.#values,
      missing: this.#missing,
      broken: Object.fromEntries(this.#broken),
      isConstant: this.#values > 1 && this.#isConstant,
    };
  }
}
