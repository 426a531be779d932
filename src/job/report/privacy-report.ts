/**
 * What a run with a privacy budget promises, in numbers, for its report.
 * @module
 */

import { epsilonOf } from '../../privacy/accounting/accountant.ts';
import type { PrivacyEvent } from '../../privacy/accounting/events.ts';
import { outsideFactor } from '../../privacy/noise/noise-scale.ts';
import type { Job, Privacy } from '../file/job.ts';
import { type JobPrivacy, unitOf } from '../file/privacy.ts';

export interface PrivacyReport {
  readonly epsilon: number;
  readonly delta: number;
  /** What the accountant says of the noise as it was drawn: at most `epsilon`. */
  readonly spent: number;
  /** The same towards somebody who is no party, and so knows no part of the noise. */
  readonly spentTowardsOutsiders: number;
  readonly unit: { readonly person: number; readonly neighbours: Privacy['neighbours'] };
  readonly sampling: Privacy['sampling'];
  readonly clip: number;
  readonly noiseMultiplier: number;
  readonly countsMultiplier?: number;
  readonly capacities?: JobPrivacy['capacities'];
  /** The part of the rows in steps whose gradient was within the clip. It has noise, so it may lie a little beyond 0 and 1. */
  readonly unclippedShare?: number;
  readonly events: readonly PrivacyEvent[];
}

export function privacyReport(
  { trust }: Job,
  privacy: Privacy,
  noise: JobPrivacy,
  unclippedShare: number | undefined,
): PrivacyReport {
  const { epsilon, delta, person, neighbours, sampling, clip } = privacy;
  const unit = unitOf(privacy);
  // All parties add alike, and some of them could know their parts.
  const more = outsideFactor(trust);
  const fromOutside = noise.events.map((event) => ({ ...event, noiseMultiplier: more * event.noiseMultiplier }));
  return {
    epsilon,
    delta,
    spent: epsilonOf(noise.events, delta, unit),
    spentTowardsOutsiders: epsilonOf(fromOutside, delta, unit),
    unit: { person, neighbours },
    sampling,
    clip,
    noiseMultiplier: noise.noiseMultiplier,
    ...(noise.countsMultiplier === undefined ? {} : { countsMultiplier: noise.countsMultiplier }),
    ...(noise.capacities === undefined ? {} : { capacities: noise.capacities }),
    ...(unclippedShare === undefined ? {} : { unclippedShare }),
    events: noise.events,
  };
}
