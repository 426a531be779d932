/**
 * What counts the pairs of a positive and a negative row that a model orders rightly: the AUC is their part of all such pairs.
 * @module
 */

import type { Session, ValueId } from '../../plan.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';

export interface CountedPairs {
  readonly name: 'ordered pairs' | 'pairs in one bucket';
  readonly value: ValueId;
}

export interface CountsOfPairs {
  /** Keeps the logits of the rows from `first` on, in each repetition those that follow. */
  keep(phase: PhaseBuilder, z: ValueId, first: number): void;
  /** Adds the phases that count, and gives them with their repetitions. */
  count(labels: ValueId): readonly Session[];
  /** The numbers that are opened: twice the pairs in the right order, where a tie counts once, and where this has an error, the pairs that it is about. */
  readonly counts: readonly CountedPairs[];
}
