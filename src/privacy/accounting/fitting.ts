/**
 * The job that would fit: the same one with more noise, or with fewer epochs, and the largest ε that is left.
 * @module
 */
import {
  type Account,
  type EpsilonOf,
  epsilonOn,
  excessOf,
  type LedgerRequest,
  type Limit,
  spendingsOn,
  unitOf,
} from '../ledger/budget.ts';
import type { PrivacyEvent } from './events.ts';

/** Noise is searched up to here: what fits only with more is of no use to anybody. */
const MOST_NOISE = 2 ** 12;
/** As little as no guarantee worth a limit has. */
const LEAST_NOISE = 2 ** -4;
/** The noise found is at most this much more than needed. */
const PRECISION = 1.005;

/** The least factor from `from` up for which `fits` holds, rounded up; nothing where none does. `fits` stays true once it is. */
function leastFactor(from: number, fits: (factor: number) => boolean): number | undefined {
  let [low, high] = [from, from];
  while (!fits(high)) {
    low = high;
    high *= 4;
    if (high > MOST_NOISE) return undefined;
  }
  while (high / low > PRECISION) {
    const middle = Math.sqrt(low * high);
    if (fits(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const withNoise = (events: readonly PrivacyEvent[], factor: number): PrivacyEvent[] =>
  events.map((event) => ({ ...event, noiseMultiplier: event.noiseMultiplier * factor }));

/** The same job with `factor` times the noise fits. */
export interface Noisier {
  readonly factor: number;
  /** What it would promise, at the job's own δ. */
  readonly epsilon: number;
}

/** The least noise with which the job fits below the limit; nothing where no noise is enough. */
export function noiseThatFits(
  request: LedgerRequest,
  spendings: readonly LedgerRequest[],
  limit: Limit,
  epsilonOf: EpsilonOf,
): Noisier | undefined {
  const { events, guarantee, unit } = request;
  if (events === 'unbounded') return undefined;
  const scaled = (factor: number): LedgerRequest => ({ ...request, events: withNoise(events, factor) });
  const factor = leastFactor(1, (factor) => excessOf(scaled(factor), spendings, limit, epsilonOf).length === 0);
  if (factor === undefined) return undefined;
  return { factor, epsilon: epsilonOf(withNoise(events, factor), guarantee?.delta ?? limit.delta, unit) };
}

/** The most epochs, of `epochs`, with which the job fits at its own noise: 0 where not even one does. */
export function epochsThatFit(
  request: LedgerRequest,
  epochs: number,
  spendings: readonly LedgerRequest[],
  limit: Limit,
  epsilonOf: EpsilonOf,
): number {
  const { events } = request;
  if (events === 'unbounded') return 0;
  const fits = (some: number): boolean => {
    const shorter = events.map((event) => ({ ...event, count: Math.ceil((event.count * some) / epochs) }));
    return excessOf({ ...request, events: shorter }, spendings, limit, epsilonOf).length === 0;
  };
  let [most, tooMany] = [0, epochs + 1];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}

/**
 * The largest ε, at the limit's δ, of a further job: of one whose release is a single Gaussian, for the unit of the jobs so far. Costs do not
 * simply add up, so that this can be more than the limit less what is spent.
 */
export function epsilonLeft(
  account: Account,
  spendings: readonly LedgerRequest[],
  limit: Limit,
  epsilonOf: EpsilonOf,
): number {
  const earlier = spendingsOn(account, spendings);
  if (earlier.length === 0) return limit.epsilon;
  if (epsilonOn(account, earlier, limit.delta, epsilonOf) >= limit.epsilon) return 0;
  const [commitment] = account.commitments;
  const job = (noiseMultiplier: number): LedgerRequest => ({
    job: { name: 'a job that would fit', digest: '' },
    unit: unitOf(earlier),
    dataSets: [{ data: 'train', commitment, rows: 0 }],
    events: [{ kind: 'gaussian', what: 'a release', data: 'train', noiseMultiplier, count: 1 }],
  });
  const fits = (noise: number) => epsilonOn(account, [...earlier, job(noise)], limit.delta, epsilonOf) <= limit.epsilon;
  const noise = leastFactor(LEAST_NOISE, fits);
  return noise === undefined ? 0 : epsilonOn(account, [job(noise)], limit.delta, epsilonOf);
}
