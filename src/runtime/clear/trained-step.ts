/**
 * What a run in the clear shows after each step of training.
 * @module
 */
import type { ValueId } from '../../plan/plan.ts';

export interface TrainedStep {
  /** Counted from 1 over the whole run. */
  readonly step: number;
  /** Number of its phase in the plan. */
  readonly phase: number;
  /** Real numbers of a value of that phase, or of the state as the step leaves it: valid until the next step. */
  readonly read: (id: ValueId) => Float64Array;
}
