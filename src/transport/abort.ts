/**
 * What a node tells the others when it stops, and what they make of it.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { plain } from './faults.ts';
import type { Abort } from './frames.ts';

export function abortOf(self: string, error: TrefoilError): Abort {
  const { party = '', phase = '', ...position } = error.place;
  return { origin: self, code: error.code, message: plain(error.message), party, phase, ...position };
}

export function abortedBy(abort: Abort): TrefoilError {
  const { step, round } = abort;
  const origin = plain(abort.origin, 100);
  const party = plain(abort.party, 100) || origin;
  const phase = plain(abort.phase, 100);
  return new TrefoilError(
    'TREFOIL_ABORTED',
    `${origin} stopped the run: ${plain(abort.message)} (${plain(abort.code, 40)})`,
    {
      place: {
        party,
        ...(phase === '' ? {} : { phase }),
        ...(typeof step === 'number' ? { step } : {}),
        ...(typeof round === 'number' ? { round } : {}),
      },
    },
  );
}
