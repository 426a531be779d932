/**
 * Where the values of a plan lie at one node.
 * @module
 */
import { invariant } from '../errors.ts';
import type { BitShares, DealtTensor, Masked, MaskedBits, PublicTensor, ShareTensor } from '../protocol/tensors.ts';
import type { ColumnRange, ValueId } from './value.ts';

/** A set of masked records at an evaluator, of which a batch is read at a time. */
export interface MaskedRecords {
  readonly is: 'records';
  /** Takes over these columns of rows, from row `first` on. */
  put(first: number, columns: ColumnRange, bytes: Uint8Array): void;
  /** Writes the `count` rows whose numbers lie at the address `indices` one after the other to the address `to`. */
  gather(to: number, indices: number, count: number): void;
}

/** A masked value of whose mask no shares are needed. */
interface Opened {
  readonly value: PublicTensor;
  readonly mask: undefined;
}

export type EvaluatorSlot = Masked | Opened | MaskedBits | ShareTensor | BitShares | MaskedRecords;

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

  records(id: ValueId): MaskedRecords {
    const slot = this.#slots.get(id);
    invariant(slot !== undefined && 'is' in slot && slot.is === 'records', `value ${id} is a set of records`);
    return slot;
  }

  masked(id: ValueId): Masked {
    const slot = this.maskedOrOpened(id);
    invariant(slot.mask !== undefined, `there are shares of the mask of value ${id}`);
    return slot;
  }

  maskedOrOpened(id: ValueId): Masked | Opened {
    const slot = this.#slots.get(id);
    invariant(slot !== undefined && 'value' in slot && slot.value.is === 'public', `value ${id} is masked`);
    return slot as Masked | Opened;
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

  isShare(id: ValueId): boolean {
    const slot = this.#slots.get(id);
    return slot !== undefined && 'is' in slot && slot.is === 'share';
  }
}

/** What a dealer keeps of a mask: as much as is needed. */
export interface DealerMask {
  readonly whole: DealtTensor | undefined;
  readonly spread: readonly DealtTensor[] | undefined;
}

/** The dealer's side: masks alone, and corrections that shares go without. */
export class DealerSlots {
  readonly #masks: Map<ValueId, DealerMask>;
  readonly #bits = new Map<ValueId, DealtTensor>();
  readonly #uncorrected = new Map<ValueId, DealtTensor>();

  constructor(state?: DealerSlots) {
    this.#masks = new Map(state === undefined ? [] : state.#masks);
  }

  set(id: ValueId, mask: DealerMask): void {
    this.#masks.set(id, mask);
  }

  mask(id: ValueId): DealerMask {
    const mask = this.#masks.get(id);
    invariant(mask !== undefined, `the dealer knows the mask of value ${id}`);
    return mask;
  }

  whole(id: ValueId): DealtTensor {
    const { whole } = this.mask(id);
    invariant(whole !== undefined, `the dealer has the mask of value ${id} as a whole`);
    return whole;
  }

  spread(id: ValueId): readonly DealtTensor[] {
    const { spread } = this.mask(id);
    invariant(spread !== undefined, `the dealer has the spread of the mask of value ${id}`);
    return spread;
  }

  /** The mask of masked bits. */
  setBits(id: ValueId, mask: DealtTensor): void {
    this.#bits.set(id, mask);
  }

  bits(id: ValueId): DealtTensor {
    const mask = this.#bits.get(id);
    invariant(mask !== undefined, `the dealer knows the mask of the bits ${id}`);
    return mask;
  }

  /** The correction that the shares of a value go without: what they are short of the value. Absent: they add up to it. */
  setUncorrected(id: ValueId, what: DealtTensor): void {
    this.#uncorrected.set(id, what);
  }

  uncorrected(id: ValueId): DealtTensor | undefined {
    return this.#uncorrected.get(id);
  }
}
