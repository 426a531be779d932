/**
 * The phases at the end of a run: the range alarm, and what is opened where it did not trip.
 * @module
 */
import { ALARM } from '../outputs/alarm.ts';
import { revealOutput } from '../outputs/catalogue.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import type { Tally } from './evaluation.ts';
import type { ReleasePart } from './release-gate.ts';
import type { TrainingStep } from './step.ts';
import type { TrainingTask } from './task.ts';

/** Adds the phase in which the range alarm is read; gives its number. */
export function alarmPhase(plan: PlanBuilder, { roles, reveal: { alarmSites = [] } }: TrainingTask): number {
  return plan.phase('range alarm', (phase) => {
    revealOutput(phase, phase.alarm(alarmSites.length > 0 ? 'sites and parts' : 'run'), ALARM, roles.parties);
  });
}

/** Adds the phase that opens metrics, what the step has to say and, unless a gate comes before it, the model. */
export function outputPhase(
  plan: PlanBuilder,
  { reveal: { metrics, model } }: TrainingTask,
  step: TrainingStep,
  tallies: readonly Tally[],
  release: ReleasePart,
): number {
  return plan.phase('output', (phase) => {
    for (const { name, metric, value, loss } of step.opened(phase, tallies)) {
      revealOutput(phase, value, name, metrics[metric], loss);
    }
    step.reveal(phase, model);
    release.revealWithOutputs(phase);
  });
}
