/**
 * Sentences about peers: what they did wrong, and where in the run.
 * @module
 */
import { type Failing, type Place, TrefoilError } from '../errors.ts';
import type { Position } from './link.ts';

/** What a peer wrote, made fit for a terminal: no control characters, bounded. */
export function plain(text: string, maxLength = 500): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}

/** A position in a reader's words, which whoever knows the plan has. */
export type Describe = (position: Position) => Required<Pick<Place, 'phase' | 'step' | 'round'>>;

/** The words without a plan: the numbers as they are, but rounds from 1. */
export const byNumber: Describe = ({ phase, step, round }) => ({ phase: String(phase), step, round: round + 1 });

/** 'phase training, step 17, round 3' */
export function positionText(position: Position, describe: Describe): string {
  const { phase, step, round } = describe(position);
  return `phase ${phase}, step ${step}, round ${round}`;
}

const placeOf = (party: string, position: Position | undefined, describe: Describe): Place =>
  position === undefined ? { party } : { party, ...describe(position) };

/** A peer that broke the protocol: another version, a bug, or worse. */
export function malformed(peer: string, what: string, position?: Position, describe = byNumber): TrefoilError {
  const where = position === undefined ? '' : ` (${positionText(position, describe)})`;
  return new TrefoilError(
    'TREFOIL_PEER',
    `${peer} ${what}${where}; check that ${peer} runs the same version of Trefoil, then start all nodes again`,
    { place: placeOf(peer, position, describe), facts: { how: 'malformed' } },
  );
}

/** A peer that is gone, whatever the reason: `due` is its message that this node waited for, `here` where this node is anyway. */
export function lost(
  peer: string,
  what: string,
  due?: Position,
  here: Position | undefined = due,
  describe = byNumber,
): TrefoilError {
  const where =
    due === undefined
      ? at(here, describe)
      : ` while this node waited for its message of ${positionText(due, describe)}`;
  return new TrefoilError(
    'TREFOIL_PEER',
    `${peer} ${what}${where}; look at what ${peer} printed last and at the network between, then start all nodes again`,
    { place: placeOf(peer, here, describe), facts: { how: 'gone' } },
  );
}

/** A peer that is alive, but does not send the message `due`. */
export function stalled(peer: string, seconds: number, due: Position, describe = byNumber): TrefoilError {
  return new TrefoilError(
    'TREFOIL_PEER',
    `${peer} is connected but has sent nothing for ${seconds} seconds, while its message of ${positionText(due, describe)} was due; ` +
      `look at what ${peer} is doing, raise stallSeconds in the configuration of all nodes if it is only slow, then start all nodes again`,
    { place: placeOf(peer, due, describe), facts: { how: 'stalled', seconds } },
  );
}

/** A node that its own user stops. */
export function stoppedBy(self: string, reason: string, here?: Position, describe = byNumber): TrefoilError {
  const message = `${self} was stopped by ${reason}${at(here, describe)}`;
  const signal = SIGNALS.find((name) => name === reason);
  const facts = signal === undefined ? {} : { how: signal };
  return new TrefoilError('TREFOIL_ABORTED', message, { place: placeOf(self, here, describe), facts });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly Failing[];

const at = (here: Position | undefined, describe: Describe): string =>
  here === undefined ? '' : ` when this node was at ${positionText(here, describe)}`;
