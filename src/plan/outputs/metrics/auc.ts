/**
 * Area under the ROC curve: the part of the pairs of a positive and a negative row that are in the right order, ties counted half. Beside the pairs it needs
 * the number of positive rows.
 * @module
 */

import { exactAuc } from './exact-auc.ts';
import type { MetricDefinition, Opened, Reading } from './metric.ts';
import { MOST_COMPARED_ROWS, orderedPairs } from './ordered-pairs.ts';
import { LOGIT_REACH } from './score-buckets.ts';

/** Half of a number of pairs, as a part of all pairs of a positive and a negative row; null where there is no such pair. */
function halfOfPairs({ number, rows }: Opened, name: string): number | null | undefined {
  const [counted, positives] = [number(name), number('positives')];
  if (counted === undefined || positives === undefined) return undefined;
  const pairs = positives * (rows - positives);
  return pairs === 0 ? null : counted / 2 / pairs;
}

export const auc = {
  label: 'AUC',
  form: 'number',
  isCount: false,
  opens: {
    'ordered pairs': 'number of test pairs in the right order (for the AUC)',
    'pairs in one bucket': 'number of test pairs too close for their order to be counted (the error of the AUC)',
    positives: 'number of positive test rows (for the AUC)',
  },
  counts: { sigmoid: { positives: (rows) => rows.positives() } },
  secondPass: orderedPairs,
  read: (opened): Reading<number | null> | undefined => {
    const value = halfOfPairs(opened, 'ordered pairs');
    if (value === undefined) return undefined;
    if (value === null) return { value, reason: 'the test rows are of one class' };
    const error = halfOfPairs(opened, 'pairs in one bucket') ?? undefined;
    return error === undefined ? { value } : { value, error };
  },
  onLargeError:
    `the logits of many test rows lie close together, or beyond ±${LOGIT_REACH}, so that their order is not counted; where they lie close together ` +
    'raise training.learningRate, and where they lie beyond lower it or raise training.l2; of up to ' +
    `${MOST_COMPARED_ROWS} test rows all pairs are compared`,
  exact: exactAuc,
} as const satisfies MetricDefinition;
