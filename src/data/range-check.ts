/**
 * Values of one column outside its declared range: a few are faults of their lines, nearly all of them another unit.
 * @module
 */

import { type FeatureRange, rangeText } from './feature-range.ts';
import type { Problems } from './problems.ts';

/** Fewer values say nothing about a column. */
const FEWEST = 3;
/** The part of the values outside from which on the column is in another unit. */
const NEARLY_ALL = 0.9;
/** Lines that are kept, until it is known which of the two it is. */
const KEPT = 4;

export class RangeCheck {
  readonly #feature: FeatureRange;
  readonly #lines: number[] = [];
  #values = 0;
  #outside = 0;

  constructor(feature: FeatureRange) {
    this.#feature = feature;
  }

  add(value: number, line: number): void {
    this.#values++;
    if (value >= this.#feature.low && value <= this.#feature.high) return;
    this.#outside++;
    if (this.#lines.length < KEPT) this.#lines.push(line);
  }

  /** "12 of 12 values lie outside 100 … 400 mg/dL: another unit?" */
  get anotherUnit(): string | undefined {
    if (this.#values < FEWEST || this.#outside < NEARLY_ALL * this.#values) return undefined;
    return `${this.#outside} of ${this.#values} values lie outside ${rangeText(this.#feature)}: another unit?`;
  }

  /** Notes what is wrong with the column; single values only where they are refused. Returns whether anything is. */
  report(problems: Problems, refusesValues = false, advice?: string): boolean {
    if (this.#outside === 0) return false;
    const { name, low, high, unit = '' } = this.#feature;
    const { anotherUnit } = this;
    if (anotherUnit !== undefined) {
      problems.addAt(this.#lines[0], anotherUnit, name);
    } else if (refusesValues) {
      const fault = `outside the declared range from ${low} to ${high} ${unit}`.trimEnd();
      const told = advice === undefined ? fault : `${fault}; ${advice}`;
      problems.addAll(this.#lines, this.#outside, told, name, 'outside the declared range');
    } else {
      return false;
    }
    return true;
  }
}
