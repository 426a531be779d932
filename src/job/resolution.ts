/**
 * How finely the numbers of a job are known: each opened loss, the parameters of a model of a target, and what a feature deviates. Known from the plan,
 * before anything runs.
 * @module
 */
import { targetScaling } from '../data/labels.ts';
import { rangeScaling } from '../data/standardise.ts';
import { revealsOfPhase } from '../plan/cost.ts';
import { momentBits } from '../plan/moments-phases.ts';
import type { Plan } from '../plan/plan.ts';
import { ROUNDED_UNITS } from './moments.ts';
import { type Job, totalRows } from './schema.ts';

/** Below its value a number is rounding. All in the units of the report. */
export interface Resolution {
  readonly logLoss?: number;
  readonly trainingLoss?: number;
  readonly validation?: number;
  readonly squaredError?: number;
  /** Of a model of a target: one unit in the last place of a weight of the last layer, in the units of the target. */
  readonly prediction?: number;
}

/** The outputs of a plan that are losses, by the keys under which a report has them. */
const LOSSES = {
  logLoss: 'log loss',
  trainingLoss: 'training loss',
  validation: 'validation logLoss',
  squaredError: 'squared error',
} as const;

export function resolutionOf({ data, numbers }: Job, plan: Plan): Resolution {
  const unit = data.target === undefined ? 1 : targetScaling(data.target).scale;
  const resolved = lossesOf(plan);
  const losses = Object.entries(LOSSES).flatMap(([key, output]) => {
    const own = resolved.get(output);
    // What is reported of the training is the loss that is trained on, of the scaled target.
    return own === undefined ? [] : [[key, key === 'squaredError' ? unit ** 2 * own : own] as const];
  });
  return {
    ...Object.fromEntries(losses),
    ...(data.target === undefined ? {} : { prediction: unit * 2 ** -numbers.fractionalBits }),
  };
}

function lossesOf({ phases }: Plan): ReadonlyMap<string, number> {
  return new Map(
    phases.flatMap(revealsOfPhase).flatMap(({ name, loss }) => (loss === undefined ? [] : [[name, loss.resolved]])),
  );
}

/** With pooled moments, the largest deviation that could be rounding, of each feature in its own unit, wherever its mean is. */
export function resolvedDeviations(job: Job): Float64Array {
  const rows = totalRows(job, 'train');
  const unit = ROUNDED_UNITS * 2 ** -momentBits('squares', rows);
  return rangeScaling(job.data.features).scale.map((scale) => scale * Math.sqrt(unit / rows));
}
