/**
 * Macro F1: the mean over the classes of 2·hits / (predictions + size), from rows of each class, rows predicted so, and rows both.
 * @module
 */
import type { MetricDefinition } from './metric.ts';

/** Noise on a count that is 0 may leave it above: from half a row on a class counts as there. */
const LEAST_COUNT = 0.5;

/** The mean over the classes that a row is of or is predicted to be of; with noise each score stays within 0 and 1. */
function meanScore(hits: Float64Array, predictions: Float64Array, sizes: Float64Array): number {
  const scores = [...hits].flatMap((hit, c) => {
    const count = predictions[c] + sizes[c];
    return count < LEAST_COUNT ? [] : [Math.min(1, Math.max(0, (2 * hit) / count))];
  });
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

export const macroF1 = {
  label: 'macro F1',
  form: 'number',
  isCount: true,
  needsCells: true,
  opens: {
    'class hits': 'number of test rows of each class that are classified rightly (for macro F1)',
    'class predictions': 'number of test rows classified into each class (for macro F1)',
    'class sizes': 'number of test rows of each class (for macro F1)',
  },
  counts: {
    sigmoid: {
      'class hits': (rows) => rows.cells().classHits(),
      'class predictions': (rows) => rows.cells().classPredictions(),
      'class sizes': (rows) => rows.cells().classSizes(),
    },
    softmax: {
      'class hits': (rows) => rows.classHits(),
      'class predictions': (rows) => rows.classPredictions(),
      'class sizes': (rows) => rows.classSizes(),
    },
  },
  read: ({ numbers }) => {
    const [hits, predictions, sizes] = ['class hits', 'class predictions', 'class sizes'].map(numbers);
    if (hits === undefined || predictions === undefined || sizes === undefined) return undefined;
    return { value: meanScore(hits, predictions, sizes) };
  },
} as const satisfies MetricDefinition;
