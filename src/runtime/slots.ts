/**
 * Where the values of a plan lie at one node.
 * @module
 */
import { invariant } from '../errors.ts';
import type { ValueId } from '../plan/plan.ts';
import type { BitShares, DealtTensor, Masked, MaskedBits, PublicTensor, ShareTensor } from '../protocol/tensors.ts';

export type EvaluatorSlot = Masked | MaskedBits | ShareTensor | BitShares | PublicTensor;

/** An evaluator's side of every value. */
export class EvaluatorSlots {
  readonly #slots: Map<ValueId, EvaluatorSlot>;

  /** What lives from phase to phase, to which a phase adds its own. */
  constructor(state?: EvaluatorSlots) {
    this.#slots = new Map(state === undefined ? [] : state.#slots);
  }

  set(id: ValueId, slot: EvaluatorSlot): void {
    this.#slots.set(id, slot);
  }

  /** The masked values of a set of records. */
  records(id: ValueId): PublicTensor {
    const slot = this.#slots.get(id);
    invariant(slot !== undefined && 'is' in slot && slot.is === 'public', `value ${id} is a set of records`);
    return slot;
  }

  masked(id: ValueId): Masked {
    const slot = this.#slots.get(id);
    invariant(slot !== undefined && 'value' in slot && slot.value.is === 'public', `value ${id} is masked`);
    return slot as Masked;
  }

  maskedBits(id: ValueId): MaskedBits {
    const slot = this.#slots.get(id);
    invariant(slot !== undefined && 'value' in slot && slot.value.is === 'public bits', `value ${id} is masked bits`);
    return slot as MaskedBits;
  }

  bits(id: ValueId): BitShares {
    const slot = this.#slots.get(id);
    invariant(slot !== undefined && 'is' in slot && slot.is === 'bit share', `value ${id} is shared bits`);
    return slot;
  }

  share(id: ValueId): ShareTensor {
    const slot = this.#slots.get(id);
    invariant(slot !== undefined && 'is' in slot && slot.is === 'share', `value ${id} is shared`);
    return slot;
  }

  maskedOrShare(id: ValueId): Masked | ShareTensor {
    const slot = this.#slots.get(id);
    return slot !== undefined && 'is' in slot ? this.share(id) : this.masked(id);
  }
}

/** The dealer's side: masks alone. */
export class DealerSlots {
  readonly #slots: Map<ValueId, DealtTensor>;

  constructor(state?: DealerSlots) {
    this.#slots = new Map(state === undefined ? [] : state.#slots);
  }

  set(id: ValueId, slot: DealtTensor): void {
    this.#slots.set(id, slot);
  }

  mask(id: ValueId): DealtTensor {
    const slot = this.#slots.get(id);
    invariant(slot !== undefined, `the dealer knows the mask of value ${id}`);
    return slot;
  }
}
