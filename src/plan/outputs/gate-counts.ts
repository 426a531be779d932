/**
 * What the release gate on shares opens: of training rows and of test rows, a count for each threshold of the model's confidence.
 * @module
 */
import { allParties, type Output } from './output.ts';

/** The names of the two outputs. */
export const GATE_OUTPUTS = { members: 'training rows by confidence', others: 'test rows by confidence' } as const;
export type GateSide = keyof typeof GATE_OUTPUTS;

export const gateOutputs = {
  [GATE_OUTPUTS.members]: {
    kind: 'gate counts',
    what: 'number of training rows that the model is so sure of, by threshold (release gate)',
    over: 'train',
    recipients: allParties,
  },
  [GATE_OUTPUTS.others]: {
    kind: 'gate counts',
    what: 'number of test rows that the model is so sure of, by threshold (release gate)',
    over: 'test',
    recipients: allParties,
  },
} as const satisfies Readonly<Record<string, Output>>;
