/**
 * A lower bound on ε from how often an attack was right, and what follows when it lies above what the accountant proved.
 *
 * (ε, δ) means TPR ≤ e^ε·FPR + δ, and the same of the two other rates, 1 − FPR ≤ e^ε·(1 − TPR) + δ (Kairouz, Oh, Viswanath 2015). With exact bounds of both
 * rates that hold together, each inequality bounds ε from below (Jagielski, Ullman, Oprea 2020, "Auditing differentially private machine
 * learning"). That is a proof where trials are independent: one record of one training each, and a threshold that was fixed before. Over the records of a
 * single model it is an estimate; `one-run.ts` has the bound that holds there.
 * @module
 */
import { decimal } from '../../data/figures.ts';
import { invariant, TrefoilError } from '../../errors.ts';
import type { Draws } from '../models/draws.ts';
import { lowerBound, upperBound } from '../statistics/clopper-pearson.ts';
import { normalQuantile } from '../statistics/normal.ts';
import { rocCounts } from '../statistics/roc.ts';

/** Outcomes of an attack at one threshold. */
export interface Outcomes {
  readonly members: number;
  readonly truePositives: number;
  readonly nonMembers: number;
  readonly falsePositives: number;
}

export interface Level {
  readonly delta: number;
  /** With which the bound holds. */
  readonly confidence: number;
}

export function epsilonLowerBound(outcomes: Outcomes, { delta, confidence }: Level): number {
  const { members, truePositives, nonMembers, falsePositives } = outcomes;
  // Both hold together with `confidence`.
  const each = 1 - (1 - confidence) / 2;
  return epsilonOf(lowerBound(truePositives, members, each), upperBound(falsePositives, nonMembers, each), delta);
}

/** The least ε that leaves these rates. */
function epsilonOf(leastTrue: number, mostFalse: number, delta: number): number {
  const bounds = [(leastTrue - delta) / mostFalse, (1 - mostFalse - delta) / (1 - leastTrue)];
  return Math.log(Math.max(1, ...bounds));
}

/** One half of the scores, drawn at random, chooses the threshold; the other half, which had no part in the choice, is counted at it. */
export function epsilonLowerBoundOfScores(
  members: Float64Array,
  nonMembers: Float64Array,
  level: Level,
  draws: Draws,
): number {
  invariant(members.length > 1 && nonMembers.length > 1, 'scores are halved to choose a threshold');
  const [ofMembers, ofOthers] = [members, nonMembers].map((scores) => halves(scores, draws));
  const [choosing, counted] = [0, 1].map((half) => ({ members: ofMembers[half], nonMembers: ofOthers[half] }));
  let best = { bound: 0, threshold: Number.POSITIVE_INFINITY };
  // Near enough for a choice, and much quicker than exact bounds.
  const reach = normalQuantile((1 - level.confidence) / 2);
  for (const { threshold, truePositives, falsePositives } of rocCounts(choosing.members, choosing.nonMembers)) {
    const leastTrue = wilson(truePositives, choosing.members.length, -reach);
    const mostFalse = wilson(falsePositives, choosing.nonMembers.length, reach);
    const bound = epsilonOf(leastTrue, mostFalse, level.delta);
    if (bound > best.bound) best = { bound, threshold };
  }
  return epsilonLowerBound(outcomesAt(best.threshold, counted), level);
}

/** A bound of a rate, so many deviations away (Wilson 1927). */
function wilson(successes: number, trials: number, deviations: number): number {
  const square = deviations ** 2;
  const spread = Math.sqrt(successes * (1 - successes / trials) + square / 4);
  return (successes + square / 2 + deviations * spread) / (trials + square);
}

function halves(scores: Float64Array, draws: Draws): Float64Array[] {
  const order = draws.order(scores.length);
  const middle = Math.floor(scores.length / 2);
  return [order.subarray(0, middle), order.subarray(middle)].map((rows) => Float64Array.from(rows, (i) => scores[i]));
}

function outcomesAt(threshold: number, scores: Record<'members' | 'nonMembers', Float64Array>): Outcomes {
  const reach = (of: Float64Array) => of.reduce((count, score) => count + Number(score >= threshold), 0);
  return {
    members: scores.members.length,
    truePositives: reach(scores.members),
    nonMembers: scores.nonMembers.length,
    falsePositives: reach(scores.nonMembers),
  };
}

/**
 * A bound from below beside the accountant's from above.
 *
 * @throws TREFOIL_AUDIT where they contradict each other: the accountant is right in any case, so that apart from a chance of 1 − confidence
 *   noise, clipping or sampling is not what was accounted for
 */
export function checkBounds(lower: number, upper: number, { delta, confidence }: Level): void {
  if (lower <= upper) return;
  throw new TrefoilError(
    'TREFOIL_AUDIT',
    `the audit found ε of at least ${decimal(lower, 3)} at δ = ${delta}, and the accountant proved at most ${decimal(upper, 3)}: unless this is the chance ` +
      `of ${(1 - confidence).toPrecision(2)} that the audit leaves, the training adds less noise than was accounted for; do not release the model, and report this as a bug`,
  );
}
