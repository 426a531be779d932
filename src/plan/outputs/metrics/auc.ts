/**
 * Area under the ROC curve: the part of the pairs of a positive and a negative row that are in the right order, ties counted half. Beside the pairs it needs
 * the number of positive rows.
 *
 * Over folds it is the part of the pairs within a fold: the mean of the AUCs of the folds, each weighted by its pairs. Two rows of different folds have logits
 * of different models, which are not to be compared.
 * @module
 */

import type { ValueId } from '../../plan.ts';
import { exactly } from '../../write/linear-builder.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';
import { exactAuc } from './exact-auc.ts';
import type { MetricDefinition, Opened, Reading } from './metric.ts';
import { MOST_COMPARED_ROWS, orderedPairs } from './ordered-pairs.ts';
import { LOGIT_REACH } from './score-buckets.ts';

/** Half of a number of pairs, as a part of all pairs of a positive and a negative row; null where there is no such pair. */
function halfOfPairs({ number, rows }: Opened, name: string): number | null | undefined {
  const [counted, positives] = [number(name), number('positives')];
  const pairs = number('pairs') ?? (positives === undefined ? undefined : positives * (rows - positives));
  if (counted === undefined || pairs === undefined) return undefined;
  return pairs === 0 ? null : counted / 2 / pairs;
}

/** p·(n − p) of p positive rows of n. */
function pairsOf(phase: PhaseBuilder, positives: ValueId, rows: number): ValueId {
  const square = phase.product('elementwise', positives, positives);
  const { fractionalBits } = phase.valueOf(square);
  const terms = [
    { value: positives, factor: { ...exactly(rows), bits: fractionalBits } },
    { value: square, factor: exactly(-1) },
  ];
  return phase.open(phase.bounded(phase.linear(terms, exactly(0), fractionalBits, 'pairs'), rows ** 2 / 4));
}

export const auc = {
  label: 'AUC',
  form: 'number',
  isCount: false,
  opens: {
    'ordered pairs': 'number of test pairs in the right order (for the AUC)',
    'pairs in one bucket': 'number of test pairs too close for their order to be counted (the error of the AUC)',
    positives: 'number of positive test rows (for the AUC)',
    pairs: 'number of test pairs of a positive and a negative row of one fold (for the AUC)',
  },
  counts: { sigmoid: { positives: (rows) => rows.positives() } },
  secondPass: orderedPairs,
  overFolds: { inPlaceOf: 'positives', name: 'pairs', of: pairsOf },
  read: (opened): Reading<number | null> | undefined => {
    const value = halfOfPairs(opened, 'ordered pairs');
    if (value === undefined) return undefined;
    const folds = opened.number('pairs') === undefined ? '' : ' of each fold';
    if (value === null) return { value, reason: `the test rows${folds} are of one class` };
    const error = halfOfPairs(opened, 'pairs in one bucket') ?? undefined;
    return error === undefined ? { value } : { value, error };
  },
  onLargeError:
    `the logits of many test rows lie close together, or beyond ±${LOGIT_REACH}, so that their order is not counted; where they lie close together ` +
    'raise training.learningRate, and where they lie beyond lower it or raise training.l2; of up to ' +
    `${MOST_COMPARED_ROWS} test rows all pairs are compared`,
  exact: exactAuc,
} as const satisfies MetricDefinition;
