/**
 * How well scores tell members of a training set from others.
 *
 * Whoever scores at or above a threshold is taken for a member. Points, rates and intervals are those of the records that were scored;
 * intervals take records to be independent of each other, given the model.
 * @module
 */
import { invariant } from '../../errors.ts';
import { areaUnderCurve } from './area-under-curve.ts';
import { type Estimate, rateEstimate } from './clopper-pearson.ts';

/** What a threshold gives: records at or above it. */
export interface RocCounts {
  readonly threshold: number;
  readonly falsePositives: number;
  readonly truePositives: number;
}

export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/** The best that thresholds reach with at most `limit` false positives. */
export interface RateAt {
  readonly limit: number;
  /** How often others were taken for members, at that threshold. */
  readonly falsePositiveRate: Estimate;
  readonly truePositiveRate: Estimate;
}

export interface MembershipScore {
  readonly members: number;
  readonly nonMembers: number;
  /** Of every interval by itself. */
  readonly confidence: number;
  /**
   * Corners of the curve from (0, 0) to (1, 1), of neighbours within 2 % one. On a logarithmic axis 1/nonMembers is the smallest rate that is not 0.
   */
  readonly points: readonly RocPoint[];
  readonly auc: Estimate;
  readonly ratesAt: readonly RateAt[];
  /** The largest mean of true-positive and true-negative rate, and a bound that no threshold exceeds, one-sided. */
  readonly balancedAccuracy: { readonly value: number; readonly upper: number };
  /** The largest TPR − FPR, and a bound that no threshold exceeds, one-sided. */
  readonly advantage: { readonly value: number; readonly upper: number };
}

const LIMITS = [0.001, 0.01];
const CONFIDENCE = 0.95;

/** All thresholds that give different counts, the highest first; nobody is taken for a member at the first. */
export function rocCounts(members: Float64Array, nonMembers: Float64Array): RocCounts[] {
  const [positive, negative] = [members, nonMembers].map((scores) => scores.toSorted().reverse());
  const counts: RocCounts[] = [{ threshold: Number.POSITIVE_INFINITY, falsePositives: 0, truePositives: 0 }];
  let [truePositives, falsePositives] = [0, 0];
  while (truePositives < positive.length || falsePositives < negative.length) {
    const threshold = Math.max(positive[truePositives] ?? -Infinity, negative[falsePositives] ?? -Infinity);
    while (positive[truePositives] === threshold) truePositives++;
    while (negative[falsePositives] === threshold) falsePositives++;
    counts.push({ threshold, falsePositives, truePositives });
  }
  return counts;
}

export function membershipScore(
  members: Float64Array,
  nonMembers: Float64Array,
  confidence: number = CONFIDENCE,
): MembershipScore {
  const [m, n] = [members.length, nonMembers.length];
  invariant(m > 0 && n > 0, 'a membership attack is scored on members and on others');
  invariant(
    [members, nonMembers].every((scores) => scores.every(Number.isFinite)),
    'the scores of a membership attack are finite',
  );
  const counts = rocCounts(members, nonMembers);
  const advantage = counts.reduce(
    (most, { truePositives, falsePositives }) => Math.max(most, truePositives / m - falsePositives / n),
    0,
  );
  const upper = Math.min(1, advantage + uniformError(m, confidence) + uniformError(n, confidence));
  return {
    ...{ members: m, nonMembers: n, confidence },
    points: outline(corners(counts)).map(({ truePositives, falsePositives }) => ({
      falsePositiveRate: falsePositives / n,
      truePositiveRate: truePositives / m,
    })),
    auc: areaUnderCurve(members, nonMembers, confidence),
    ratesAt: LIMITS.map((limit) => rateAt(counts, m, n, limit, confidence)),
    balancedAccuracy: { value: (1 + advantage) / 2, upper: (1 + upper) / 2 },
    advantage: { value: advantage, upper },
  };
}

function rateAt(counts: readonly RocCounts[], m: number, n: number, limit: number, confidence: number): RateAt {
  const { truePositives, falsePositives } = counts.findLast((at) => at.falsePositives <= limit * n) ?? counts[0];
  return {
    limit,
    falsePositiveRate: rateEstimate(falsePositives, n, confidence),
    truePositiveRate: rateEstimate(truePositives, m, confidence),
  };
}

/** How far an empirical distribution of so many lies to one side of the true one, at any threshold: Dvoretzky, Kiefer, Wolfowitz; Massart 1990. */
const uniformError = (scores: number, confidence: number) => Math.sqrt(Math.log(2 / (1 - confidence)) / (2 * scores));

/** How near to each other two corners are the same to the eye. */
const NEAR = 1.02;

/** Both ends, and of the corners between those that go on from the one before in either rate. */
function outline(all: readonly RocCounts[]): RocCounts[] {
  const kept: RocCounts[] = [];
  for (const [i, at] of all.entries()) {
    const last = kept.at(-1);
    const isFar =
      last === undefined ||
      at.truePositives > NEAR * last.truePositives ||
      at.falsePositives > NEAR * last.falsePositives;
    if (isFar || i === all.length - 1) kept.push(at);
  }
  return kept;
}

/** Points at which the curve turns: those between lie on straight lines. */
function corners(counts: readonly RocCounts[]): RocCounts[] {
  return counts.filter((at, i) => {
    if (i === 0 || i === counts.length - 1) return true;
    const [before, after] = [counts[i - 1], counts[i + 1]];
    const turn =
      (at.truePositives - before.truePositives) * (after.falsePositives - at.falsePositives) -
      (after.truePositives - at.truePositives) * (at.falsePositives - before.falsePositives);
    return turn !== 0;
  });
}
