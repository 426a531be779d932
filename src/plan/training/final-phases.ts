/**
 * The phases at the end of a run: the range alarm, and what is opened where it did not trip.
 * @module
 */
import { ALARM } from '../outputs/alarm.ts';
import { type OutputName, revealOutput } from '../outputs/catalogue.ts';
import type { Loss, ValueId } from '../plan.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import type { Tally } from './evaluation.ts';
import type { ReleasePart } from './release-gate.ts';
import type { TrainingStep } from './step.ts';
import { recipientsOf, type TrainingTask } from './task.ts';

/** Adds the phase in which the range alarm is read; gives its number. */
export function alarmPhase(plan: PlanBuilder, task: TrainingTask): number {
  const { alarmSites = [] } = task.reveal;
  return plan.phase('range alarm', (phase) => {
    revealOutput(phase, phase.alarm(alarmSites.length > 0 ? 'sites and parts' : 'run'), ALARM, recipientsOf(task));
  });
}

/** A number of rows that is opened as it is, under the name of its output. */
export interface OpenedTally {
  readonly name: OutputName;
  readonly value: ValueId;
  readonly loss?: Loss;
}

/** Adds the phase that opens metrics, those of folds, what the step has to say and, unless a gate comes before it, the model. */
export function outputPhase(
  plan: PlanBuilder,
  task: TrainingTask,
  step: TrainingStep,
  tallies: readonly Tally[],
  ofFolds: readonly OpenedTally[],
  release: ReleasePart,
): number {
  const recipients = recipientsOf(task);
  return plan.phase('output', (phase) => {
    for (const { name, value, loss } of step.opened(phase, tallies)) {
      revealOutput(phase, value, name, recipients, loss);
    }
    for (const { name, value, loss } of ofFolds) revealOutput(phase, value, name, recipients, loss);
    step.reveal(phase, recipients);
    release.revealWithOutputs(phase);
  });
}
