/**
 * Accuracy: rows whose logit is on the right side of the threshold, or whose largest logit is that of their class.
 * @module
 */
import type { MetricDefinition } from './metric.ts';

export const accuracy = {
  label: 'accuracy',
  form: 'share',
  isCount: true,
  opens: { correct: 'number of test rows classified rightly' },
  counts: {
    sigmoid: { correct: (rows) => rows.correct() },
    softmax: { correct: (rows) => rows.hits() },
  },
  stopping: { what: 'number of validation rows classified rightly, after an epoch', better: 'larger' },
  read: ({ number, rows }) => {
    const correct = number('correct');
    return correct === undefined ? undefined : { value: Math.min(1, Math.max(0, correct / rows)) };
  },
} as const satisfies MetricDefinition;
