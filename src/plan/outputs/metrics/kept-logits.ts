/**
 * The logits of all rows of an evaluation, which come in a tile at a time.
 * @module
 */
import { invariant } from '../../../errors.ts';
import type { ValueId } from '../../plan.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';
import type { PlanBuilder } from '../../write/plan-builder.ts';

export class KeptLogits {
  readonly #plan: PlanBuilder;
  readonly #rows: number;
  #state: ValueId | undefined;

  constructor(plan: PlanBuilder, rows: number) {
    this.#plan = plan;
    this.#rows = rows;
  }

  /** Keeps the logits of the rows from `first` on, in each repetition those that follow. */
  keep(phase: PhaseBuilder, z: ValueId, first: number): void {
    const { fractionalBits, bound } = phase.valueOf(z);
    const label = { name: 'test logits', layer: 'logits' };
    this.#state ??= this.#plan.addState({ rows: this.#rows, cols: 1 }, fractionalBits, bound, label);
    phase.update(this.#state, z, first);
  }

  /** The state that holds them. */
  get all(): ValueId {
    invariant(this.#state !== undefined, 'logits are kept before they are read');
    return this.#state;
  }
}
