/**
 * A job with everything that follows from it alone: made once, before anything runs, and passed on from there.
 * @module
 */

import { TrefoilError } from '../../errors.ts';
import { planDigest } from '../../plan/digest.ts';
import type { Plan } from '../../plan/plan.ts';
import { jobDigest } from './digest.ts';
import type { Job } from './job.ts';
import { type JobPrivacy, privacyOf } from './privacy.ts';
import { isSplitByColumns } from './row-counts.ts';
import { jobPlan } from './task.ts';

/** SHA-256 of a job and of its plan, in hex: nodes whose digests are equal run the same. */
export interface JobDigests {
  readonly job: string;
  readonly plan: string;
}

export interface PlannedJob {
  readonly job: Job;
  /** What the job spends of the privacy of its records; absent where it has no budget. */
  readonly privacy?: JobPrivacy;
  /** What the nodes do, step by step. */
  readonly plan: Plan;
  readonly digests: JobDigests;
}

/** Plans a job. Throws `TREFOIL_PRIVACY` where no noise keeps its budget, and `TREFOIL_PLAN` where it can not be computed within the ring. */
export function planJob(job: Job): PlannedJob {
  requireAligned(job);
  const privacy = privacyOf(job);
  const plan = jobPlan(job, privacy);
  return {
    job,
    ...(privacy === undefined ? {} : { privacy }),
    plan,
    digests: { job: jobDigest(job), plan: planDigest(plan) },
  };
}

/** Rows that belong together and are not brought together would be trained on as they lie. */
function requireAligned({ data, name, parties }: Job): void {
  if (data.alignment === undefined || data.alignment === 'same-order' || isSplitByColumns(parties)) return;
  throw new TrefoilError(
    'TREFOIL_JOB',
    `the job ${name} has keys in data.alignment, which trefoil align uses by itself: training uses them where parties have different columns alone, so leave them out of the job that trains`,
  );
}

/** The job itself where it is planned, or else its plan. */
export const plannedOf = (job: Job | PlannedJob): PlannedJob => ('plan' in job ? job : planJob(job));
