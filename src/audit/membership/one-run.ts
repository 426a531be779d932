/**
 * A lower bound on ε from a single training: the audit of Steinke, Nasr and Jagielski (2023), "Privacy auditing with one (1) training run".
 *
 * Each of m canaries is in the training or not by a fair coin of its own. Whoever sees the result guesses r of the coins and abstains from the
 * others. If training is (ε, δ)-private, v or more right guesses have a probability of at most (Theorem 5.2 there)
 *
 *     β + 2m·δ·α,   β = P[B ≥ v],   α = max over i = 1 … v of P[v > B ≥ v − i] / i,   B binomial (r, e^ε/(1 + e^ε)).
 *
 * It holds for every dependence among the guesses that the training brings about, so that one run is enough.
 * @module
 */
import { invariant } from '../../errors.ts';
import { binomialUpperTail } from '../statistics/incomplete-beta.ts';
import type { Level } from './epsilon-lower-bound.ts';

export interface Guesses {
  /** m: coins tossed. */
  readonly canaries: number;
  /** r: coins guessed. */
  readonly guessed: number;
  /** v: of these, right. */
  readonly right: number;
}

/** What ε is looked for below: of so much nothing is left to protect. */
const MOST_EPSILON = 64;
const PRECISION = 1e-6;

/** The largest probability of so many right guesses that (ε, δ) leaves. */
export function oneRunProbability({ canaries, guessed, right }: Guesses, epsilon: number, delta: number): number {
  invariant(0 <= right && right <= guessed && guessed <= canaries, `${right} of ${guessed} of ${canaries} are right`);
  const rate = 1 / (1 + Math.exp(-epsilon));
  const beta = binomialUpperTail(guessed, rate, right);
  if (delta === 0) return beta;
  let alpha = 0;
  for (let i = 1; i <= right; i++) alpha = Math.max(alpha, (binomialUpperTail(guessed, rate, right - i) - beta) / i);
  return Math.min(1, beta + 2 * canaries * delta * alpha);
}

/** A bound from below on every ε with which training can be (ε, δ)-private; 0 where the guesses tell nothing. */
export function oneRunLowerBound(guesses: Guesses, { delta, confidence }: Level): number {
  // What contradicts ε contradicts all that is smaller, since (ε′, δ) implies (ε, δ): whichever ε the search ends at, the bound holds.
  const isContradicted = (epsilon: number) => oneRunProbability(guesses, epsilon, delta) <= 1 - confidence;
  if (!isContradicted(0)) return 0;
  let [below, above] = [0, MOST_EPSILON];
  while (above - below > PRECISION) {
    const middle = (below + above) / 2;
    if (isContradicted(middle)) below = middle;
    else above = middle;
  }
  return below;
}
