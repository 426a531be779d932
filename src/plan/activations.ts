/**
 * What activations need of a layer's masked values: a bound, their signs, and selection by them.
 * @module
 */

import type { Part, Scaled } from './expression.ts';
import { exactly, type PhaseBuilder } from './phase-builder.ts';
import type { ValueId } from './plan.ts';

/** What is not proved of a layer's values is watched: that none is beyond this. */
export const LAYER_LIMIT = 2 ** 10;
const CHUNK = 256;
const TESTS = 8;

export class Activations {
  readonly #phase: PhaseBuilder;
  readonly #signs = new Map<ValueId, ValueId>();

  constructor(phase: PhaseBuilder) {
    this.#phase = phase;
  }

  /** The value, within ±limit: proved, or watched under the name of `site`. */
  watch(value: ValueId, limit: number, site: string): ValueId {
    if (this.#phase.valueOf(value).bound > limit) this.#phase.watchSums(value, limit, CHUNK, TESTS, site);
    return value;
  }

  /** [x < 0], masked; a value that is 0 to within `unit` may count as not less. */
  sign(value: ValueId, unit: number): ValueId {
    const known = this.#signs.get(value);
    if (known !== undefined) return known;
    const bits = this.#phase.openBits(this.#phase.lessThan(value, 0, unit));
    this.#signs.set(value, bits);
    return bits;
  }

  /** x where the bit is not set, 0 where it is. */
  unless(bits: ValueId, { value, coefficient }: Scaled): Part {
    const { fractionalBits, bound } = this.#phase.valueOf(value);
    const terms = [
      { value, factor: exactly(1) },
      { value: this.#phase.bitTimes(bits, value), factor: exactly(-1) },
    ];
    const kept = this.#phase.linear(terms, exactly(0), fractionalBits);
    return { value: this.#phase.bounded(kept, bound), coefficient };
  }
}
