/**
 * The privacy that an audit measures: the job's own, or of a job without any, what it would have with a budget of ε = 1.
 * @module
 */
import { invariant } from '../../errors.ts';
import { forEachMetric } from '../../plan/outputs/metrics.ts';
import { epsilonOf } from '../../privacy/accounting/accountant.ts';
import type { PrivacyBudget } from '../../privacy/accounting/calibration.ts';
import { outsideFactor } from '../../privacy/noise/noise-scale.ts';
import { type Job, type Privacy, totalRows } from '../file/job.ts';
import { type JobPrivacy, privacyOf, unitOf } from '../file/privacy.ts';

export interface AuditedBudget {
  readonly privacy: Privacy;
  readonly noise: Pick<JobPrivacy, 'noiseMultiplier'>;
  /** Towards somebody who is no party and meets the noise of all three: what the attacks are held against. */
  readonly budget: PrivacyBudget;
  /** Whether the job itself asks for it. */
  readonly isOfJob: boolean;
}

const SUPPOSED_EPSILON = 1;
const SUPPOSED_CLIP = 1;

export function auditedBudget(job: Job): AuditedBudget {
  const privacy = job.privacy ?? supposed(job);
  const metrics = forEachMetric(() => []);
  // An attack on the model alone meets the noise on gradients alone.
  const noise = privacyOf({ ...job, privacy, reveal: { ...job.reveal, metrics } });
  invariant(noise !== undefined, 'a job with a budget has noise');
  const fromOutside = noise.events.map((event) => ({
    ...event,
    noiseMultiplier: outsideFactor(job.trust) * event.noiseMultiplier,
  }));
  const epsilon = epsilonOf(fromOutside, privacy.delta, unitOf(privacy));
  return {
    ...{ privacy, noise },
    budget: { epsilon, delta: privacy.delta },
    isOfJob: job.privacy !== undefined,
  };
}

/** δ is the largest power of ten below one in as many as there are records. */
function supposed(job: Job): Privacy {
  const delta = Number(`1e-${Math.floor(Math.log10(totalRows(job, 'train'))) + 1}`);
  return {
    ...{ epsilon: SUPPOSED_EPSILON, delta, clip: SUPPOSED_CLIP },
    ...{ sampling: 'poisson', person: 1, neighbours: 'add-or-remove' },
  };
}
