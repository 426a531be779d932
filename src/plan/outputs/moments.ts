/**
 * Sums over all training rows, from which the parties compute pooled means and variances.
 * @module
 */
import type { Output } from './output.ts';

export const momentOutputs = {
  sums: { kind: 'moment', what: 'mean of each feature over all training rows', over: 'train' },
  squares: { kind: 'moment', what: 'variance of each feature over all training rows', over: 'train' },
} as const satisfies Readonly<Record<string, Output>>;

/** The name of the input and of the output, too. */
export type Moment = keyof typeof momentOutputs;
