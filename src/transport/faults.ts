/**
 * Sentences about peers: what they did wrong, and where in the run.
 * @module
 */
import { type Place, TrefoilError } from '../errors.ts';
import type { Position } from './link.ts';

/** What a peer wrote, made fit for a terminal: no control characters, bounded. */
export function plain(text: string, maxLength = 500): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}

/** 'phase 2, step 17, round 3', counting rounds from 1 as errors do. */
export function positionText(position: Position): string {
  return `phase ${position.phase}, step ${position.step}, round ${position.round + 1}`;
}

export function placeOf(party: string, position?: Position): Place {
  if (position === undefined) return { party };
  return { party, phase: String(position.phase), step: position.step, round: position.round + 1 };
}

/** A peer that broke the protocol: another version, a bug, or worse. */
export function malformed(peer: string, what: string, position?: Position): TrefoilError {
  const where = position === undefined ? '' : ` (${positionText(position)})`;
  return new TrefoilError(
    'TREFOIL_PEER',
    `${peer} ${what}${where}; check that ${peer} runs the same version of Trefoil, then start all nodes again`,
    { place: placeOf(peer, position) },
  );
}

/** A peer that is gone, whatever the reason. */
export function lost(peer: string, what: string, position?: Position): TrefoilError {
  const where = position === undefined ? '' : ` while this node waited for its message of ${positionText(position)}`;
  return new TrefoilError(
    'TREFOIL_PEER',
    `${peer} ${what}${where}; look at what ${peer} printed last and at the network between, then start all nodes again`,
    { place: placeOf(peer, position) },
  );
}
