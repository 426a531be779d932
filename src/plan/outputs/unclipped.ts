/**
 * How many gradients a private training did not clip, which tells whether its clip is chosen well.
 * @module
 */
import type { Output } from './output.ts';

export const UNCLIPPED = 'unclipped examples';

export const unclippedOutputs = {
  [UNCLIPPED]: {
    kind: 'unclipped',
    what: 'number of rows in steps whose gradient was not clipped, with noise',
    over: 'trained',
    recipients: ({ model }) => model,
  },
} as const satisfies Readonly<Record<string, Output>>;
