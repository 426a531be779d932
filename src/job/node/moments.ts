/**
 * What the parties make of the pooled moments that were opened: means, variances, and how finely these are known.
 * @module
 */
import { type Moments, squaresFactors } from '../../data/standardise.ts';
import { invariant } from '../../errors.ts';
import { MOMENTS, type Moment } from '../../plan/outputs/moments.ts';
import { momentBits } from '../../plan/training/moments.ts';
import type { Revealed } from '../../runtime/node.ts';
import { type Job, totalRows } from '../file/job.ts';

/** Each of three owners rounds its sum by half a unit at the most. */
export const ROUNDED_UNITS = 2;
/** A value within ±1 in float64, and what adding up so many of them adds for each. */
const ROUNDING = 2 ** -53;

function opened(revealed: Revealed, name: Moment): Float64Array {
  const sums = revealed.get(name);
  invariant(sums !== undefined, `${name} has been revealed`);
  return sums;
}

export function pooledMeans(job: Job, revealed: Revealed): Float64Array {
  const rows = totalRows(job, 'train');
  return opened(revealed, MOMENTS.sums).map((sum) => sum / rows);
}

/**
 * Of range-scaled values. Twins in the clear compare variances with the same bound, so that they take the same features for constant. A mean in float64 is
 * off by at most N units of rounding, so that the values of a constant feature all seem to lie as far from it.
 */
export function pooledMoments(job: Job, revealed: Revealed): Moments {
  const rows = totalRows(job, 'train');
  const means = pooledMeans(job, revealed);
  const factors = squaresFactors(means);
  const unit = ROUNDED_UNITS * 2 ** -momentBits(MOMENTS.squares, rows);
  return {
    means,
    variances: opened(revealed, MOMENTS.squares).map((sum, j) => sum / factors[j] / rows),
    resolved: factors.map((factor) => unit / factor / rows + (rows * ROUNDING) ** 2),
  };
}
