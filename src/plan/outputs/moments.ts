/**
 * Sums over all training rows, from which the parties compute pooled means and variances.
 * @module
 */
import { allParties, type Output } from './output.ts';

/** The names of the two outputs, in the order in which they are opened. */
export const MOMENTS = { sums: 'sums', squares: 'squares' } as const;

export const momentOutputs = {
  [MOMENTS.sums]: {
    kind: 'moment',
    what: 'mean of each feature over all training rows',
    over: 'train',
    recipients: allParties,
  },
  [MOMENTS.squares]: {
    kind: 'moment',
    what: 'variance of each feature over all training rows',
    over: 'train',
    recipients: allParties,
  },
} as const satisfies Readonly<Record<string, Output>>;

/** The name of the input and of the output, too. */
export type Moment = keyof typeof momentOutputs;
