/**
 * When the alarm is read on the way: so often that a training that went wrong doesn't go on for long, and so seldom that reading costs less than a hundredth.
 *
 * A read is a session between training steps, of the phase that also ends the run: five exchanges, while the phase of the steps waits. It opens one bit more, which is about
 * everything that was watched so far. Where a training opens something after each epoch, reads come before that.
 * @module
 */

import type { Phase, Plan, Session } from '../plan.ts';
import { revealsOfPhase } from '../quote/cost.ts';
import { multiplyAdds } from '../quote/work.ts';

/** Steps take at least so many times what a read does. */
const SHARE = 100;
/** The exchanges that compiling the phase of a read takes at most, on one machine. */
const COMPILING_ROUNDS = 20;
/** Beyond so many seconds of products alone steps are not counted up to that share. */
const MOST_SECONDS = 10;
const MULTIPLY_ADDS_A_SECOND = 2e9;

const roundsOf = (phase: Phase): number => phase.openingRounds + (revealsOfPhase(phase).length > 0 ? 1 : 0);

/** Whole epochs from one read to the next, or equal parts of one. */
type Pace = { readonly epochs: number } | { readonly parts: number };

function paceOf(plan: Pick<Plan, 'values'>, step: Phase, alarm: Phase, stepsPerEpoch: number): Pace {
  const share = Math.ceil((SHARE * (roundsOf(alarm) + COMPILING_ROUNDS)) / Math.max(1, roundsOf(step)));
  const seconds = multiplyAdds(plan, step) / MULTIPLY_ADDS_A_SECOND;
  const wanted = Math.max(1, Math.min(share, Math.floor(MOST_SECONDS / seconds)));
  return wanted >= stepsPerEpoch
    ? { epochs: Math.ceil(wanted / stepsPerEpoch) }
    : { parts: Math.floor(stepsPerEpoch / wanted) };
}

/** The first step after `done` at which the alarm is read. */
function nextRead(done: number, pace: Pace, stepsPerEpoch: number): number {
  if ('epochs' in pace) {
    const every = pace.epochs * stepsPerEpoch;
    return (Math.floor(done / every) + 1) * every;
  }
  const epoch = Math.floor(done / stepsPerEpoch) * stepsPerEpoch;
  const ends = (part: number) => epoch + Math.floor((part * stepsPerEpoch) / pace.parts);
  let part = Math.floor(((done - epoch) * pace.parts) / stepsPerEpoch);
  while (ends(part) <= done) part++;
  return ends(part);
}

/** The sessions with reads of the alarm between them; none after the last step, since the run ends with one. */
export function withAlarmReads(
  plan: Pick<Plan, 'values' | 'phases'>,
  sessions: readonly Session[],
  alarm: number,
  stepsPerEpoch: number,
): Session[] {
  const { phases } = plan;
  const training = sessions.filter(({ phase }) => phases[phase].trains);
  if (training.length === 0) return [...sessions];
  const total = training.reduce((sum, { repeat }) => sum + repeat, 0);
  const pace = paceOf(plan, phases[training[0].phase], phases[alarm], stepsPerEpoch);
  let done = 0;
  let next = nextRead(done, pace, stepsPerEpoch);
  return sessions.flatMap((session): Session[] => {
    if (!phases[session.phase].trains) return [session];
    const parts: Session[] = [];
    for (let left = session.repeat; left > 0; ) {
      const repeat = Math.min(left, next - done);
      parts.push({ ...session, repeat });
      done += repeat;
      left -= repeat;
      if (done < next) continue;
      next = nextRead(done, pace, stepsPerEpoch);
      if (done < total) {
        const read: Session = { phase: alarm, repeat: 1, isAside: true };
        parts.push(session.when === undefined ? read : { ...read, when: session.when });
      }
    }
    return parts;
  });
}
