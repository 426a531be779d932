/**
 * Squared error of a model of a target: the mean of (z − y)². It is opened in units of the scaled target, and reported in those of the label squared.
 * @module
 */
import type { MetricDefinition } from './metric.ts';

const inUnits = (value: number, unit: number): number => unit ** 2 * value;

export const squaredError = {
  label: 'squared error',
  form: 'loss',
  isCount: false,
  opens: { 'squared error': 'mean squared error on the test rows' },
  counts: { linear: { 'squared error': (rows) => rows.meanLoss() } },
  loss: { words: 'squared error, in the units of data.target squared', inUnits },
  read: ({ number, unit }) => {
    const opened = number('squared error');
    return opened === undefined ? undefined : { value: inUnits(opened, unit) };
  },
} as const satisfies MetricDefinition;
