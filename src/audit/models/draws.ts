/**
 * Random numbers of an audit, from a seed that its report names: the same on every machine.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { publicStreams } from '../../prg/session-keys.ts';
import { UniformIntegers } from '../../prg/uniform-integers.ts';

export class Draws {
  readonly #integers: UniformIntegers;
  #spare: number | undefined;

  /** One seed gives independent numbers for every label. */
  constructor(seed: string, label: string) {
    this.#integers = new UniformIntegers(
      publicStreams(sha256(new TextEncoder().encode(seed))).stream(`audit ${label}`),
    );
  }

  /** On [0, 1), in steps of 2^-53. */
  uniform(): number {
    const high = this.#integers.word() >>> 5;
    return (high * 2 ** 26 + (this.#integers.word() >>> 6)) / 2 ** 53;
  }

  coin(): boolean {
    return this.#integers.word() % 2 === 1;
  }

  /** A whole number from 0 to bound − 1. */
  below(bound: number): number {
    return this.#integers.below(bound);
  }

  /** N(0, 1), by the polar method of Marsaglia and Bray (1964). */
  gaussian(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const [x, y] = [2 * this.uniform() - 1, 2 * this.uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * factor;
      return x * factor;
    }
  }

  /** 0 … n − 1 in random order (Fisher and Yates). */
  order(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
