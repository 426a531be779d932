/**
 * The advantage of a membership attack, from how many members and others lie at or above each of some thresholds that were fixed before.
 * @module
 */
import { invariant } from '../../errors.ts';
import { binomialTail } from './binomial.ts';

export interface Advantage {
  /** The largest TPR − FPR. */
  readonly value: number;
  /** What it is at most at every one of the thresholds, for rows like these, with `ADVANTAGE_CONFIDENCE`. */
  readonly upper: number;
}

export interface Counts {
  readonly members: ArrayLike<number>;
  readonly others: ArrayLike<number>;
}

export const ADVANTAGE_CONFIDENCE = 0.95;
/** Halvings of an interval of rates: to the last bit that matters. */
const HALVINGS = 60;

/**
 * Exact bounds of both rates at each threshold (Clopper and Pearson 1934), each with its part of the permitted error (Bonferroni). A score tells as much when it is
 * turned round, so that FPR − TPR counts alike.
 */
export function membershipAdvantage(
  { members, others }: Counts,
  of: Readonly<Record<keyof Counts, number>>,
): Advantage {
  const thresholds = members.length;
  invariant(others.length === thresholds && thresholds > 0, 'both have a count at each threshold');
  // Two bounds at each threshold, in either direction.
  const level = (1 - ADVANTAGE_CONFIDENCE) / (4 * thresholds);
  let [value, upper] = [0, 0];
  for (let i = 0; i < thresholds; i++) {
    const [m, n] = [members[i], others[i]];
    value = Math.max(value, Math.abs(m / of.members - n / of.others));
    const up = mostRate(m, of.members, level) - leastRate(n, of.others, level);
    const down = mostRate(n, of.others, level) - leastRate(m, of.members, level);
    upper = Math.max(upper, up, down);
  }
  return { value, upper };
}

/** The least rate of which so many successes or more are not less probable than the level. */
function leastRate(successes: number, trials: number, level: number): number {
  let [below, above] = [0, 1];
  if (successes === 0) return 0;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (below + above) / 2;
    if (binomialTail(trials, middle, successes) <= level) below = middle;
    else above = middle;
  }
  return below;
}

const mostRate = (successes: number, trials: number, level: number) => 1 - leastRate(trials - successes, trials, level);
