/**
 * Before which message a node has to know that what its records take is on record: the one without which nobody gets the first output.
 *
 * Until then nobody has learnt anything of the records: shares and masked values are uniform to whoever sees them in the trust mode.
 * @module
 */

import type { Plan } from './plan.ts';
import { entriesOfPhase, revealsOfPhase } from './quote/cost.ts';
import { phaseLayout } from './write/layout.ts';

/** A repetition of a session. */
export interface Moment {
  readonly session: number;
  readonly repetition: number;
}

const START: Moment = { session: 0, repetition: 0 };

/** The first session that has an output, if any. */
const firstRevealing = ({ phases, sessions }: Plan): number =>
  sessions.findIndex(({ phase, repeat }) => repeat > 0 && revealsOfPhase(phases[phase]).length > 0);

/** Before this an evaluator has sent nothing of the session with the first output, whose value every evaluator helps to open. */
export function evaluatorsMoment(plan: Plan): Moment {
  const session = firstRevealing(plan);
  return session < 0 ? START : { session, repetition: 0 };
}

/**
 * Before this a dealer that is a party has not sent its last message up to the session with the first output. It deals ahead, and evaluators that have
 * all its messages need it no more.
 */
export function dealersMoment(plan: Plan): Moment {
  const { phases, sessions, roles, values } = plan;
  const first = firstRevealing(plan);
  for (let session = first; session >= 0; session--) {
    const { phase: index, repeat } = sessions[session];
    const { materialWords, seededWords } = phaseLayout(plan, phases[index]);
    const enters = entriesOfPhase(phases[index], values).some(({ owner }) => owner === roles.dealer);
    if (repeat === 0 || (materialWords === seededWords && !enters)) continue;
    return { session, repetition: session === first ? 0 : repeat - 1 };
  }
  return START;
}

export const isReached = (moment: Moment, session: number, repetition: number): boolean =>
  session > moment.session || (session === moment.session && repetition >= moment.repetition);
