/**
 * The output by which all parties learn whether the run was right so far.
 * @module
 */
import { allParties, type Output } from './output.ts';

export const ALARM = 'alarm';

export const alarmOutputs = {
  [ALARM]: {
    kind: 'alarm',
    what: 'whether any value left its range (one bit; by layer and part of the run with reveal.alarmSites)',
    over: 'all',
    recipients: allParties,
  },
} as const satisfies Readonly<Record<string, Output>>;
