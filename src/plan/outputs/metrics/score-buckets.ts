/**
 * Buckets of logits between public thresholds, dense where most logits lie: 37 coarse ones of 64 fine ones each.
 *
 * A monotone function of pieces with whole slopes, the *score*, maps ±28 to 37 coarse buckets of equal width. So both levels compare with evenly
 * spaced thresholds, and a row takes 36 + 63 comparisons in place of 37·64. All of it is exact: a row is in the bucket of its logit, and rows beyond
 * ±28 are in the outermost buckets.
 *
 * | logit   | width of a fine bucket |
 * |---------|------------------------|
 * | up to 2 | 1/256                  |
 * | 2 to 4  | 1/128                  |
 * | 4 to 8  | 1/64                   |
 * | 8 to 28 | 1/8                    |
 * @module
 */
import { below } from '../../below.ts';
import type { ValueId } from '../../plan.ts';
import { exactly } from '../../write/linear-builder.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';

/** All logits beyond ± this are in two buckets. */
export const LOGIT_REACH = 28;

/** Where the slope of the score changes, and what it is from there on; before the first it is 0. */
const PIECES: readonly (readonly [from: number, slope: number])[] = [
  [-LOGIT_REACH, 1],
  [-8, 8],
  [-4, 16],
  [-2, 32],
  [2, 16],
  [4, 8],
  [8, 1],
  [LOGIT_REACH, 0],
];
/** The score runs from −REACH to REACH. */
const REACH = 148;
const WIDTH = 8;
const COARSE = (2 * REACH) / WIDTH;
const FINE = 64;
/** At least REACH and all thresholds: one bound for all comparisons, which then share the digits that are dealt for a mask. */
const SCORE_BOUND = 256;

/** Buckets by level, and one more row or column for what lies below all. */
export const BUCKETS = { coarse: COARSE, fine: FINE } as const;

export interface BucketNumbers {
  /** For each weight (COARSE + 1) × rows: weight·[coarse bucket < j] in row j. */
  readonly coarse: readonly ValueId[];
  /** (FINE + 1) × rows: [fine bucket < k] in row k. */
  readonly fine: ValueId;
}

/** The buckets of a column of logits, masked; the weights are masked columns without fractional bits, and add up to 1 in every row. */
export function bucketNumbers(phase: PhaseBuilder, z: ValueId, weights: readonly ValueId[]): BucketNumbers {
  const [none, all] = [0, 1].map((number) => phase.linear([{ value: z, factor: exactly(0) }], exactly(number), 0));
  const score = scoreOf(phase, z);
  const edges = Array.from({ length: COARSE - 1 }, (_, j) => (j + 1) * WIDTH - REACH);
  const coarse = edges.map((edge) => below(phase, score, edge, ...weights));

  // Σ over the edges of 1 − [score < edge] is the number of the bucket. What is left is its distance from the middle of the bucket.
  const { fractionalBits } = phase.valueOf(score);
  const steps = coarse.flat().map((value) => ({ value, factor: { ...exactly(WIDTH), bits: fractionalBits } }));
  const middle = { ...exactly(REACH - WIDTH / 2 - edges.length * WIDTH), bits: fractionalBits };
  const left = phase.linear(
    [{ value: score, factor: exactly(1) }, ...steps],
    middle,
    fractionalBits,
    'score in its bucket',
  );
  const inBucket = phase.open(phase.bounded(left, WIDTH / 2));
  const fine = Array.from({ length: FINE - 1 }, (_, k) => {
    const [number] = below(phase, inBucket, ((k + 1) * WIDTH) / FINE - WIDTH / 2, all);
    return number;
  });

  const opened = (numbers: readonly ValueId[]) => numbers.map((number) => phase.open(number));
  const shape = (levels: number) => ({ rows: levels + 1, cols: phase.valueOf(z).rows });
  return {
    coarse: weights.map((weight, w) => {
      const numbers = opened(coarse.map((ofEdge) => ofEdge[w]));
      return phase.laidOut([none, ...numbers, weight], shape(COARSE), 'rows by coarse bucket');
    }),
    fine: phase.laidOut([none, ...opened(fine), all], shape(FINE), 'rows by fine bucket'),
  };
}

/** −REACH + Σ over the pieces of (slope − slope before)·max(z − from, 0), masked. */
function scoreOf(phase: PhaseBuilder, z: ValueId): ValueId {
  const { fractionalBits } = phase.valueOf(z);
  const terms = PIECES.flatMap(([from, slope], i) => {
    const change = slope - (i === 0 ? 0 : PIECES[i - 1][1]);
    const shift = { ...exactly(-from), bits: fractionalBits };
    const shifted = phase.linear([{ value: z, factor: exactly(1) }], shift, fractionalBits);
    const [negative] = below(phase, z, from, shifted);
    return [
      { value: shifted, factor: exactly(change) },
      { value: negative, factor: exactly(-change) },
    ];
  });
  const start = { ...exactly(-REACH), bits: fractionalBits };
  return phase.open(phase.bounded(phase.linear(terms, start, fractionalBits, 'score'), SCORE_BOUND));
}
