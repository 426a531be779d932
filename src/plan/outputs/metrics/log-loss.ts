/**
 * Log loss: the mean over the rows. Of a single logit z it is softplus(z) − y·z with z clamped to the interval of the series, so one row costs at most 28.
 * @module
 */
import { multiply, softplus, subtract } from '../../../graph/nodes/index.ts';
import { asOpened } from '../output.ts';
import type { MetricDefinition } from './metric.ts';

export const logLoss = {
  label: 'log loss',
  form: 'loss',
  isCount: false,
  opens: { 'log loss': 'mean log loss on the test rows' },
  counts: {
    sigmoid: {
      'log loss': (rows) =>
        rows.meanOver(rows.clampedLogits(), (graph, z, y) =>
          subtract(graph, softplus(graph, z), multiply(graph, y, z)),
        ),
    },
    softmax: { 'log loss': (rows) => rows.meanLoss() },
  },
  loss: { words: 'log loss', inUnits: asOpened },
  stopping: { what: 'mean log loss on the validation rows, after an epoch', better: 'smaller' },
  read: ({ number }) => {
    const value = number('log loss');
    return value === undefined ? undefined : { value };
  },
} as const satisfies MetricDefinition;
