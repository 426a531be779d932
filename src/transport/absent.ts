/**
 * Peers that are not connected yet: what is said while they are waited for, and when it was too long.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { MeshOptions } from './mesh-options.ts';

const WAITING_MS = 2000;

/** Peers, each with what is known of the reason: 'east at host:port (connection refused)'. */
export type Absent = ReadonlyMap<string, string>;

/** Says who is `absent` now and then, and calls `giveUp` after `connectSeconds`. Gives what ends the waiting. */
export function waitForAbsent(
  { connectSeconds, onWaiting }: MeshOptions,
  absent: () => Absent,
  giveUp: (error: TrefoilError) => void,
): () => void {
  const deadline = setTimeout(() => giveUp(unreachable(absent(), connectSeconds)), connectSeconds * 1000);
  const waiting = setInterval(() => onWaiting?.(`waiting for ${[...absent().values()].join(', ')}`), WAITING_MS);
  return () => {
    clearTimeout(deadline);
    clearInterval(waiting);
  };
}

function unreachable(absent: Absent, connectSeconds: number): TrefoilError {
  const [party] = absent.keys();
  return new TrefoilError(
    'TREFOIL_UNREACHABLE',
    `not all nodes were there within ${connectSeconds} seconds; check that each is started, its address, and the firewall between. Still waiting for:`,
    { problems: [...absent.values()], place: { party }, facts: { nodes: [...absent.keys()], seconds: connectSeconds } },
  );
}
