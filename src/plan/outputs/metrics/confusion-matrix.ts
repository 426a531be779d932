/**
 * Confusion matrix: rows of each class by predicted class. Of a binary label the four counts are opened below each other.
 * @module
 */
import type { MetricDefinition, Reading } from './metric.ts';

export const confusionMatrix = {
  label: 'confusion matrix',
  form: 'matrix',
  isCount: true,
  needsCells: true,
  opens: { 'confusion matrix': 'number of test rows of each class, by predicted class' },
  counts: {
    sigmoid: { 'confusion matrix': (rows) => rows.cells().confusion() },
    softmax: { 'confusion matrix': (rows) => rows.confusion() },
  },
  read: ({ numbers }): Reading<readonly (readonly number[])[]> | undefined => {
    const counts = numbers('confusion matrix');
    if (counts === undefined) return undefined;
    const classes = Math.sqrt(counts.length);
    return { value: Array.from({ length: classes }, (_, r) => [...counts.subarray(r * classes, (r + 1) * classes)]) };
  },
} as const satisfies MetricDefinition;
