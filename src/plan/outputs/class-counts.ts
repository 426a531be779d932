/**
 * How many training rows there are of each class, from which every owner computes balanced weights.
 * @module
 */
import { allParties, type Output } from './output.ts';

export const CLASS_COUNTS = 'class counts';

export const classCountOutputs = {
  [CLASS_COUNTS]: {
    kind: 'class counts',
    what: 'number of training rows of each class (for balanced weights)',
    over: 'train',
    recipients: allParties,
  },
} as const satisfies Readonly<Record<string, Output>>;
