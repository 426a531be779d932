/**
 * Exact intervals for a probability of which so many trials succeeded (Clopper and Pearson 1934): they cover it at least as often as they say,
 * whatever it is.
 * @module
 */
import { invariant } from '../../errors.ts';
import { binomialUpperTail } from './incomplete-beta.ts';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

export interface Estimate extends Interval {
  readonly value: number;
}

/** The largest p at which so many successes or more are no more probable than 1 − confidence: a one-sided bound. */
export function lowerBound(successes: number, trials: number, confidence: number): number {
  check(successes, trials, confidence);
  if (successes === 0) return 0;
  const level = 1 - confidence;
  let [below, above] = [0, successes / trials];
  for (;;) {
    const middle = (below + above) / 2;
    if (middle === below || middle === above) return below;
    if (binomialUpperTail(trials, middle, successes) <= level) below = middle;
    else above = middle;
  }
}

/** The smallest p at which so few successes are no more probable than 1 − confidence. */
export const upperBound = (successes: number, trials: number, confidence: number): number =>
  1 - lowerBound(trials - successes, trials, confidence);

/** The rate, and an interval that misses it on either side with probability (1 − confidence)/2 at most. */
export function rateEstimate(successes: number, trials: number, confidence: number): Estimate {
  const side = 1 - (1 - confidence) / 2;
  return {
    value: successes / trials,
    lower: lowerBound(successes, trials, side),
    upper: upperBound(successes, trials, side),
  };
}

function check(successes: number, trials: number, confidence: number): void {
  invariant(
    Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials && trials > 0,
    `${successes} successes of ${trials} trials`,
  );
  invariant(confidence >= 0.5 && confidence < 1, `a confidence of ${confidence} lies from 0.5 to below 1`);
}
