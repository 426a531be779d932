/**
 * How finely the numbers of a job are known: each opened loss, the parameters of a model of a target, and what a feature deviates. Known from the plan,
 * before anything runs.
 * @module
 */
import { rangeScaling } from '../../data/standardise.ts';
import { outputNamed } from '../../plan/outputs/catalogue.ts';
import type { LossKey } from '../../plan/outputs/metrics.ts';
import { MOMENTS } from '../../plan/outputs/moments.ts';
import type { Plan } from '../../plan/plan.ts';
import { revealsOfPhase } from '../../plan/quote/cost.ts';
import { momentBits } from '../../plan/training/moments.ts';
import { type Job, totalRows } from '../file/job.ts';
import { ROUNDED_UNITS } from '../node/moments.ts';
import { unitOfTarget } from './quality.ts';

/** What is resolved of each loss, by the key under which a report has it. */
type Losses = { readonly [K in LossKey]?: number };

/** Below its value a number is rounding. All in the units of the report. */
export interface Resolution extends Losses {
  /** One unit in the last place of a weight of the last layer, in the units of the target. Absent where a model has no target. */
  readonly prediction?: number;
}

export function resolutionOf(job: Job, { phases }: Plan): Resolution {
  const unit = unitOfTarget(job);
  const losses = phases.flatMap(revealsOfPhase).flatMap(({ name, loss }) => {
    const reported = outputNamed(name).loss;
    return loss === undefined || reported === undefined
      ? []
      : [[reported.key, reported.inUnits(loss.resolved, unit)] as const];
  });
  return {
    ...Object.fromEntries(losses),
    ...(job.data.target === undefined ? {} : { prediction: unit * 2 ** -job.numbers.fractionalBits }),
  };
}

/** The largest deviation of each feature that could be rounding of pooled moments, in the feature's unit, wherever its mean is. */
export function resolvedDeviations(job: Job): Float64Array {
  const rows = totalRows(job, 'train');
  const unit = ROUNDED_UNITS * 2 ** -momentBits(MOMENTS.squares, rows);
  return rangeScaling(job.data.features).scale.map((scale) => scale * Math.sqrt(unit / rows));
}
