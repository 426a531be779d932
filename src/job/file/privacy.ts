/**
 * What a job with a privacy budget releases, and the noise that keeps it within the budget.
 *
 * Training spends the budget on the training records and the counts on the test records, which are other records: a record is in one
 * of the two. Of a person with several records both count, so the counts then get a share of the budget and training what is left.
 * @module
 */

import { invariant, TrefoilError } from '../../errors.ts';
import { noiseMultiplierFor, type PrivacyBudget } from '../../privacy/accounting/calibration.ts';
import { capacityOf, overflowOf } from '../../privacy/accounting/capacity.ts';
import type { PrivacyEvent, PrivacyUnit } from '../../privacy/accounting/events.ts';
import { type Job, type Privacy, totalRows } from './job.ts';

/** By what an ε that is too small is raised on trial. */
const LARGER = [2, 4, 8, 16, 64, 256, 1024];
/** Of the budget of a person, what the counts on test rows may spend. */
const COUNTS_SHARE = 0.1;

export interface JobPrivacy {
  /** Deviation of the noise that honest parties alone add, over the largest change by one record: of a step, and of the counts together. */
  readonly noiseMultiplier: number;
  readonly countsMultiplier?: number;
  /** Rows that an owner enters in a step, by name, where owners sample. */
  readonly capacities?: Readonly<Record<string, number>>;
  /** Everything that the job releases. */
  readonly events: readonly PrivacyEvent[];
}

/** The unit that the job protects. */
export const unitOf = ({ person, neighbours }: Privacy): PrivacyUnit => ({ records: person, neighbours });

/** None for a job without a budget. Throws `TREFOIL_PRIVACY` where no noise keeps it. */
export function privacyOf(job: Job): JobPrivacy | undefined {
  const { privacy } = job;
  if (privacy === undefined) return undefined;
  const found = kept(job, privacy);
  if (found === undefined) throw refusalOf(job, privacy);
  return found;
}

/** The noise that keeps a budget, if any does. */
function kept(job: Job, privacy: Privacy): JobPrivacy | undefined {
  try {
    return noiseOf(job, privacy);
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_PRIVACY') return undefined;
    throw error;
  }
}

/** In the keys of the job, with a larger ε that noise can keep. Persons of several records are not tried: their noise takes long to find. */
function refusalOf(job: Job, privacy: Privacy): TrefoilError {
  const { epsilon, delta, person } = privacy;
  const factors = person === 1 ? LARGER : [];
  const larger = factors
    .map((factor) => Number((factor * epsilon).toPrecision(3)))
    .find((epsilon) => kept(job, { ...privacy, epsilon }) !== undefined);
  const advice =
    larger === undefined
      ? 'make privacy.epsilon or privacy.delta larger, or training.epochs fewer'
      : `privacy.epsilon: ${larger} can be kept`;
  return new TrefoilError(
    'TREFOIL_PRIVACY',
    `no noise keeps privacy.epsilon: ${epsilon} at privacy.delta: ${delta} over so many releases; ${advice}`,
  );
}

function noiseOf(job: Job, privacy: Privacy): JobPrivacy {
  const { epsilon, delta, person } = privacy;
  const unit = unitOf(privacy);
  const capacities = privacy.sampling === 'poisson' ? capacitiesOf(job) : undefined;
  const steps = (noiseMultiplier: number) => stepsEvent(job, privacy, noiseMultiplier, capacities);

  const share = person === 1 ? 1 : COUNTS_SHARE;
  const countsBudget: PrivacyBudget = { epsilon: share * epsilon, delta: share * delta };
  const countsMultiplier =
    countedMetrics(job) === 0 ? undefined : noiseMultiplierFor(countsBudget, (z) => [countsEvent(z)], unit);
  const counts = countsMultiplier === undefined ? [] : [countsEvent(countsMultiplier)];

  const besides = person === 1 ? [] : counts;
  const noiseMultiplier = noiseMultiplierFor({ epsilon, delta }, (z) => [steps(z), ...besides], unit);
  return {
    noiseMultiplier,
    ...(countsMultiplier === undefined ? {} : { countsMultiplier }),
    ...(capacities === undefined ? {} : { capacities }),
    events: [steps(noiseMultiplier), ...counts],
  };
}

const countsEvent = (noiseMultiplier: number): PrivacyEvent => ({
  kind: 'gaussian',
  what: 'counts on test rows',
  data: 'test',
  noiseMultiplier,
  count: 1,
});

const countedMetrics = ({ reveal }: Job): number =>
  Object.values(reveal.metrics).filter((recipients) => recipients.length > 0).length;

function stepsEvent(
  job: Job,
  { sampling, person }: Privacy,
  noiseMultiplier: number,
  capacities: JobPrivacy['capacities'],
): PrivacyEvent {
  const { batch, epochs } = job.training;
  const rows = totalRows(job, 'train');
  const what = { what: 'gradient steps', data: 'train', noiseMultiplier } as const;
  // Of batches in a public order each record is in at most one an epoch.
  if (sampling !== 'poisson') return { kind: 'gaussian', ...what, count: epochs };
  invariant(capacities !== undefined, 'owners that sample have capacities');
  const rate = batch / rows;
  const overflows = job.parties.flatMap(({ name, train }) =>
    train === 0 ? [] : [overflowOf(train, rate, capacities[name], person)],
  );
  // A record lies with one owner; a person's may lie with all.
  const overflow =
    person === 1
      ? Math.max(...overflows)
      : Math.min(
          1,
          overflows.reduce((sum, each) => sum + each, 0),
        );
  return { kind: 'sampled gaussian', ...what, rate, overflow, count: epochs * Math.floor(rows / batch) };
}

function capacitiesOf({ parties, training }: Job): Record<string, number> {
  const rows = parties.reduce((sum, { train }) => sum + train, 0);
  const owners = parties.filter(({ train }) => train > 0);
  return Object.fromEntries(owners.map(({ name, train }) => [name, capacityOf(train, training.batch / rows)]));
}
