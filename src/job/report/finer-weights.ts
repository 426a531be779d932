/**
 * How many fractional bits a job could give its weights, found by trying.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import type { Job } from '../file/job.ts';
import { jobPlan } from '../file/task.ts';

const MOST_BITS = 24;

/** `raise numbers.fractionalBits, which can be up to 20`; nothing where no plan has more. */
export function finerWeights(job: Job): string | undefined {
  const { fractionalBits } = job.numbers;
  for (let bits = MOST_BITS; bits > fractionalBits; bits--) {
    if (hasPlan({ ...job, numbers: { ...job.numbers, fractionalBits: bits } }))
      return `raise numbers.fractionalBits, which can be up to ${bits}`;
  }
  return undefined;
}

function hasPlan(job: Job): boolean {
  try {
    jobPlan(job);
    return true;
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_PLAN') return false;
    throw error;
  }
}
