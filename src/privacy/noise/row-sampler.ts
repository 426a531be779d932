/**
 * Poisson sampling: each row of an owner takes part in a step by itself with probability `expected / rows`, exactly, by coins that no
 * other party sees.
 *
 * The coins are uniform integers below `rows` by rejection from 32 random bits. What exceeds the capacity of a step is left out,
 * all subsets of the sampled rows being equally likely.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { Stream } from '../../prg/stream.ts';
import { UniformIntegers } from '../../prg/uniform-integers.ts';

export interface SamplingRate {
  /** Expected rows of a step, and rows in all: the rate is their quotient. */
  readonly expected: number;
  readonly rows: number;
}

const SEED_BYTES = 32;

export class RowSampler {
  readonly #rate: SamplingRate;
  readonly #own: number;
  readonly #coins: UniformIntegers;

  /** `own` rows; `seed` is private to their owner and used for nothing else. */
  constructor(rate: SamplingRate, own: number, seed: Uint8Array = randomBytes(SEED_BYTES)) {
    this.#rate = rate;
    this.#own = own;
    this.#coins = new UniformIntegers(new Stream(seed));
  }

  /** Numbers of the sampled rows, at most `capacity`. */
  sample(capacity: number): Uint32Array {
    const { expected, rows } = this.#rate;
    const chosen: number[] = [];
    for (let row = 0; row < this.#own; row++) if (this.#coins.below(rows) < expected) chosen.push(row);
    for (let i = 0; chosen.length > capacity && i < capacity; i++) {
      const j = i + this.#coins.below(chosen.length - i);
      [chosen[i], chosen[j]] = [chosen[j], chosen[i]];
    }
    return Uint32Array.from(chosen.slice(0, capacity));
  }
}
