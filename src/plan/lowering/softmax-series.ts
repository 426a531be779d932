/**
 * Softmax on masked logits, with the maximum subtracted.
 *
 * All pairs of classes are compared at once; the winner is the class that beats every other (of equals the first). x = z − max lies at or
 * below 0, its exponentials are a series' where x ≥ −12 and 0 elsewhere, so their sum lies between 1 and the number of classes, where its
 * reciprocal and its logarithm are series too. Opening rounds from the masked logits to the masked reciprocal, for ten classes: 11.
 * @module
 */

import { TrefoilError } from '../../errors.ts';
import { scalar } from '../../graph/graph.ts';
import type { Label } from '../../operations/value.ts';
import { EXP_LOW, MAX_CLASSES, TABLE_BITS } from '../../protocol/fourier.ts';
import type { ValueId } from '../plan.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';

export interface Softmax {
  /** e^(z − max), masked. */
  readonly exponentials: ValueId;
  /** Row sums of those, and their reciprocals, masked. */
  readonly sum: ValueId;
  readonly reciprocal: ValueId;
  /** Row maxima, as shares. */
  readonly max: ValueId;
  readonly classes: number;
  /** One masked bit of each row, at its largest entry. */
  readonly winner: ValueId;
  /** The number 1 for each of those bits. */
  readonly ones: ValueId;
}

/** Fractional bits of the exponentials as dealt, */
const SERIES_BITS = TABLE_BITS + 16;
/** and of the two factors of a probability, which has 40 in all: with more, a label's public factor beside it would exceed 2^53. */
const EXPONENTIAL_BITS = 13;
const RECIPROCAL_BITS = TABLE_BITS + 13;
/** What the errors of the series can add to a value between 0 and 1. */
const SLACK = 1.01;

/** What is made for a softmax serves it, and not the layer whose logits it takes. */
const ofSoftmax = (name: string): Label => ({ name, layer: 'softmax' });

export function lowerSoftmax(phase: PhaseBuilder, logits: ValueId): Softmax {
  const { cols: classes, bound } = phase.valueOf(logits);
  if (classes > MAX_CLASSES) {
    throw new TrefoilError('TREFOIL_PLAN', `a softmax has at most ${MAX_CLASSES} classes, and the job has ${classes}`);
  }
  const minus = (a: ValueId, b: ValueId, name: string) => {
    const terms = [
      { value: a, factor: exactly(1) },
      { value: b, factor: exactly(-1) },
    ];
    return phase.linear(terms, exactly(0), phase.valueOf(a).fractionalBits, ofSoftmax(name));
  };
  const pairs = Array.from({ length: classes }, (_, j) => Array.from({ length: j }, (_, i) => [i, j] as const)).flat();
  const [first, second] = [0, 1].map((side) =>
    phase.selectColumns(
      logits,
      pairs.map((pair) => pair[side]),
    ),
  );
  const less = phase.lessThan(minus(first, second, 'differences of logits'), 0);
  const groups = Array.from({ length: classes }, (_, c) =>
    pairs.flatMap(([i, j], column) => (i === c || j === c ? [{ column, inverted: i === c }] : [])),
  );
  const winner = phase.openBits(phase.allOf(less, groups));
  const max = phase.bounded(phase.sumColumns(phase.bitTimes(winner, logits), ofSoftmax('largest logit')), bound);
  const below = phase.open(minus(logits, phase.repeatColumn(max, classes), 'logits below the largest'));
  const outside = phase.openBits(phase.lessThan(below, EXP_LOW));
  const series = phase.truncate(phase.open(phase.fourier('exp', below, scalar(1), SERIES_BITS)), EXPONENTIAL_BITS);
  const kept = minus(series, phase.bitTimes(outside, series), 'exponentials');
  const exponentials = phase.bounded(phase.open(kept), SLACK);
  const sum = phase.sumColumns(exponentials, ofSoftmax('sum of exponentials'));
  const reciprocal = phase.bounded(
    phase.open(phase.fourier(`reciprocal to ${classes}`, sum, scalar(1), RECIPROCAL_BITS)),
    SLACK,
  );
  const ones = phase.linear([{ value: logits, factor: exactly(0) }], exactly(1), 0);
  return { exponentials, sum, reciprocal, max, classes, winner, ones };
}
