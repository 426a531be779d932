/**
 * The values that a pooled fill can have: the multiples of a decimal step, around the middle of a feature's range.
 *
 * A fill is a public number, so it is no finer than it has to be. The multiples of 1, 2 or 5 times a power of ten have few digits, and the whole numbers
 * are among them where a range is not wide.
 * @module
 */

/** The fewest steps that a range has; it has at most two and a half times as many. */
const FEWEST_STEPS = 4096;
/** A step is the largest of these, times a power of ten, of which a range has enough. */
const DIGITS = [5, 2, 1] as const;

/** The values that a fill of one feature can have, by their numbers. `middle` is the number of the one in the middle of the range. */
export class FillGrid {
  readonly #low: number;
  readonly #high: number;
  readonly #digit: number;
  readonly #exponent: number;
  /** The multiple of the step that has number 0. */
  readonly #first: number;
  /** How far two of them are apart. */
  readonly step: number;

  constructor({ low, high }: { readonly low: number; readonly high: number }, middle: number) {
    [this.#low, this.#high] = [low, high];
    const widest = (high - low) / FEWEST_STEPS;
    let exponent = Math.floor(Math.log10(widest));
    // The logarithm of a power of ten may be off by a rounding.
    if (decimal(1, exponent) > widest) exponent--;
    this.#exponent = exponent;
    this.#digit = DIGITS.find((digit) => decimal(digit, exponent) <= widest) ?? 1;
    this.step = decimal(this.#digit, exponent);
    this.#first = Math.round((low / 2 + high / 2) / this.step) - middle;
  }

  /** The value of this number, within the range. */
  value(number: number): number {
    const value = decimal((this.#first + number) * this.#digit, this.#exponent);
    return Math.min(this.#high, Math.max(this.#low, value));
  }

  /** Halfway between a value and the one before it, whether they are within the range or not. */
  threshold(number: number): number {
    return decimal((2 * (this.#first + number) - 1) * this.#digit, this.#exponent) / 2;
  }
}

/** number · 10^exponent, rounded once where that power is a float64. */
const decimal = (number: number, exponent: number): number =>
  exponent < 0 ? number / 10 ** -exponent : number * 10 ** exponent;
