/**
 * A training and what is measured of its model: once, on test rows, or fold by fold.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { TrainingSchedule } from '../plan.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { type CrossValidation, crossValidation, type TrainingParts } from './cross-validation.ts';
import type { RecordSet } from './data-sets.ts';
import { type Evaluated, evaluationPart } from './evaluation.ts';
import type { ModelState } from './model-state.ts';
import type { TrainingTask } from './task.ts';

export interface Measured {
  readonly model: Evaluated;
  readonly test?: RecordSet | undefined;
  /** The training records, where they enter before the training. */
  readonly records?: RecordSet;
}

export function measuredTraining(
  plan: PlanBuilder,
  task: TrainingTask,
  { rows, folds }: TrainingSchedule,
  state: ModelState,
  parts: TrainingParts,
  { model, test, records }: Measured,
): CrossValidation {
  if (folds !== undefined) {
    invariant(records !== undefined, 'the records of folds enter before the training');
    return crossValidation(plan, task, { rows, folds }, records, state, model, parts);
  }
  const { sessions, tallies } = evaluationPart(plan, task, test, model);
  return { sessions: [...parts.training, ...parts.checking, ...sessions], tallies, ofFolds: [] };
}
