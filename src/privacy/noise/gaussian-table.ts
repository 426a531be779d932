/**
 * The discrete Gaussian N_Z(0, σ²), P[x] ∝ e^(−x²/2σ²) on all integers, as a rule that turns random words into exact samples.
 *
 * The curve K·e^(−y²/2σ²) over the magnitudes y = 0, 1, … lies under a staircase: bin i is the 2^shift magnitudes from i·2^shift on, and has an
 * integer height of at least the curve at its beginning and at most 2 more. A random 64-bit `point`, laid along the heights one after the other, is a bin
 * and a whole number below its height. A magnitude in the bin is drawn with a sign, and taken if the number, continued by random
 * binary places, lies below the curve there. So every magnitude is taken with a probability in proportion to the curve: nothing is rounded.
 * K is such that all heights together make 2^64 but for a few points, which are refused.
 *
 * Behind the last bin, beyond 12σ, the support goes on: bins of twice the width and height 1/2, 1/4, 1/8, …, which take two units of the points.
 * docs/explanation/joint-noise.md, "The sampler", has the proof.
 * @module
 */
import { invariant } from '../../errors.ts';
import { exponentialBounds } from './exponential.ts';

/** Fresh random words of 64 bits. */
export type Words = () => bigint;

/** The largest deviation: magnitudes that the kernel reads stay below 2^54. */
export const MAX_DEVIATION = 2 ** 50;

/** In deviations: where the bins end. */
const REACH = 12;
const TAIL_POINTS = 2n;
/** Bits of the heights of the staircase before they are rounded up. */
const PRECISION = 128;
/** As in the kernel. */
const GUIDE_BITS = 10;
const GUIDE_BYTES = 2 << GUIDE_BITS;
/** Bins are wider than a 32nd of the deviation, or one magnitude wide. */
const MOST_BINS = 32 * REACH;
/** Room for a table in linear memory. */
export const TABLE_BYTES = GUIDE_BYTES + 8 * (MOST_BINS + 2);

export class GaussianTable {
  readonly deviation: number;
  /** A bin has 2^shift magnitudes. */
  readonly shift: number;
  readonly bins: number;
  /** K. */
  readonly scale: bigint;
  /** Where each bin begins on the line of points, and at last the end of the tail's first unit, as if it were a bin of height 1. */
  readonly #sums: BigUint64Array;
  readonly #twiceSquare: bigint;

  constructor(deviation: number) {
    invariant(
      Number.isInteger(deviation) && deviation >= 1 && deviation <= MAX_DEVIATION,
      'a deviation is a whole number from 1 to 2^50',
    );
    this.deviation = deviation;
    this.shift = Math.max(0, BigInt(deviation).toString(2).length - 5);
    this.bins = Math.ceil((REACH * deviation) / 2 ** this.shift);
    this.#twiceSquare = 2n * BigInt(deviation) ** 2n;
    const curve = Array.from({ length: this.bins + 1 }, (_, bin) => {
      const edge = BigInt(bin) << BigInt(this.shift);
      return exponentialBounds(edge * edge, this.#twiceSquare, PRECISION)[1];
    });
    const area = curve.slice(0, this.bins).reduce((sum, height) => sum + height);
    this.scale = (((1n << 64n) - TAIL_POINTS - BigInt(this.bins)) << BigInt(PRECISION)) / area;
    this.#sums = new BigUint64Array(this.bins + 2);
    for (const [bin, height] of curve.entries()) {
      this.#sums[bin + 1] = this.#sums[bin] + ((height * this.scale) >> BigInt(PRECISION)) + 1n;
    }
  }

  /** The table as the kernel reads it: for each value of the leading bits of a point the first bin it may lie in, then the sums. */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(GUIDE_BYTES + this.#sums.byteLength);
    const guide = new Uint16Array(bytes.buffer, 0, 1 << GUIDE_BITS);
    for (let cell = 0, bin = 0; cell < guide.length; cell++) {
      while (bin < this.bins && this.#sums[bin + 1] <= BigInt(cell) << BigInt(64 - GUIDE_BITS)) bin++;
      guide[cell] = bin;
    }
    new BigUint64Array(bytes.buffer, GUIDE_BYTES).set(this.#sums);
    return bytes;
  }

  /** The whole rule, exact: the sample that two words make, or nothing. Only what the two words leave open takes more of them. */
  attempt(point: bigint, word: bigint, more: Words): bigint | undefined {
    const end = this.#sums[this.bins];
    if (point >= end + TAIL_POINTS) return undefined;
    const magnitude = point < end ? this.#fromBin(point, word, more) : this.#fromTail(more);
    const isNegative = word >> 63n === 1n;
    if (magnitude === 0n && isNegative) return undefined;
    return magnitude === undefined || !isNegative ? magnitude : -magnitude;
  }

  #fromBin(point: bigint, word: bigint, more: Words): bigint | undefined {
    const bin = this.#sums.findIndex((sum) => sum > point) - 1;
    const magnitude = (BigInt(bin) << BigInt(this.shift)) + BigInt.asUintN(this.shift, word);
    return this.#isBelowCurve(point - this.#sums[bin], magnitude, this.scale, more) ? magnitude : undefined;
  }

  #fromTail(more: Words): bigint | undefined {
    let bin = 0n;
    while (more() % 2n === 1n) bin++;
    const width = this.shift + 1;
    const offset = (bin << BigInt(width)) + BigInt.asUintN(width, more());
    const magnitude = (BigInt(this.bins) << BigInt(this.shift)) + offset;
    return this.#isBelowCurve(0n, magnitude, this.scale << (bin + 1n), more) ? magnitude : undefined;
  }

  /** Whether whole + u < scale·e^(−magnitude²/2σ²), u uniform in [0, 1): as many of its binary places are drawn as it takes. */
  #isBelowCurve(whole: bigint, magnitude: bigint, scale: bigint, more: Words): boolean {
    let height = whole;
    for (let places = 64; ; places += 64) {
      height = (height << 64n) + more();
      const [low, high] = exponentialBounds(magnitude * magnitude, this.#twiceSquare, places + 64);
      if ((height + 1n) << 64n <= scale * low) return true;
      if (height << 64n >= scale * high) return false;
    }
  }
}
