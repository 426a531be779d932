/**
 * What activations need of a layer's masked values: a bound, their signs, and selection by them.
 * @module
 */

import type { ValueId } from '../plan.ts';
import type { Remedy } from '../remedies.ts';
import { exactly } from '../write/linear-builder.ts';
import { type PhaseBuilder, SUM_TESTS } from '../write/phase-builder.ts';
import type { Part, Scaled } from './expression.ts';

/** Fractional bits of what goes from layer to layer. */
export const ACTIVATION_BITS = 12;
/** What is not proved of a layer's values is watched: that none is beyond this. */
export const LAYER_LIMIT = 2 ** 10;
const CHUNK = 256;

export class Activations {
  readonly #phase: PhaseBuilder;
  readonly #signs = new Map<ValueId, ValueId>();

  constructor(phase: PhaseBuilder) {
    this.#phase = phase;
  }

  /** The value, within ±limit: proved, or watched under the name of `site`. */
  watch(value: ValueId, limit: number, site: string, remedies?: readonly Remedy[], chunk = CHUNK): ValueId {
    if (this.#phase.valueOf(value).bound > limit) this.#phase.watchSums(value, limit, chunk, SUM_TESTS, site, remedies);
    return value;
  }

  /**
   * What goes on from a layer's value where `sign` lets it through. A value that fills the ring is truncated with an offset of that many
   * bits that the sign leaves out, and only this is right wherever the sign says "not negative" (docs/decisions/15-clipping-on-shares.md).
   */
  narrowed(value: ValueId): ValueId {
    const { fractionalBits } = this.#phase.valueOf(value);
    const bits = Math.min(fractionalBits, ACTIVATION_BITS);
    return this.#phase.truncate(value, bits, this.#phase.fillsRing(value) ? fractionalBits - bits : undefined);
  }

  /** [x < 0], masked, to the last bit of what goes on from there: less than that below 0 may count as not less. */
  sign(value: ValueId): ValueId {
    const known = this.#signs.get(value);
    if (known !== undefined) return known;
    const bits = this.#phase.openBits(this.#phase.lessThan(value, 0, 2 ** -ACTIVATION_BITS));
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
