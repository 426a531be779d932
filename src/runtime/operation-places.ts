/**
 * Where what one operation reads and writes lies at a node, beside the values that it is about.
 * @module
 */
import type { DealtTensor } from '../protocol/tensors.ts';

/** At an evaluator. */
export interface OperationPlaces {
  readonly material: readonly number[];
  /** Address of its part of the outgoing message, by opening. */
  readonly outgoing: readonly number[];
  /** Address of what was opened: ring elements, packed bit planes or unpacked fields. */
  readonly opened: readonly number[];
  /** Address of its public random words. */
  readonly publicWords: number;
  /** Address of what it writes: m or a share, [λ], and what it needs on the way. Each throws where it has none. */
  readonly value: () => number;
  readonly mask: () => number;
  readonly temporary: () => number;
}

/** At the dealer: what it writes beside its material, of which `whole` and `lacking` throw where it has none. */
export interface DealerOperationPlaces {
  readonly publicWords: number;
  readonly whole: () => DealtTensor;
  readonly spread: readonly DealtTensor[];
  readonly lacking: () => DealtTensor;
  readonly temporary: readonly number[];
}
