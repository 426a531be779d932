/**
 * Peers that are not connected yet: what is said while they are waited for, and when it was too long.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { MeshOptions } from './mesh-options.ts';

const WAITING_MS = 2000;
/** How often it is said again where nothing has changed but the time. */
const TICKS_BETWEEN = 8;

/** Peers, each with what is known of the reason: 'east at host:port (connection refused)'. */
export type Absent = ReadonlyMap<string, string>;

/** Says now and then who is `absent` and for how long it is still waited, and calls `giveUp` after `connectSeconds`. Gives what ends the waiting. */
export function waitForAbsent(
  { connectSeconds, onWaiting }: MeshOptions,
  absent: () => Absent,
  giveUp: (error: TrefoilError) => void,
): () => void {
  const end = performance.now() + 1000 * connectSeconds;
  const deadline = setTimeout(() => giveUp(unreachable(absent(), connectSeconds)), connectSeconds * 1000);
  let said = '';
  let ticks = 0;
  const waiting = setInterval(() => {
    const who = [...absent().values()].join(', ');
    ticks = who === said ? ticks + 1 : 0;
    said = who;
    if (ticks % TICKS_BETWEEN !== 0) return;
    const left = durationText(Math.max(0, end - performance.now()) / 1000);
    onWaiting?.(
      `waiting for ${who}: ${left} left, then this node gives up; connectSeconds in its configuration sets it`,
    );
  }, WAITING_MS);
  return () => {
    clearTimeout(deadline);
    clearInterval(waiting);
  };
}

/** '95 s', '12 min', '3 h', '2 days' */
export function durationText(seconds: number): string {
  if (seconds < 300) return `${Math.ceil(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function unreachable(absent: Absent, connectSeconds: number): TrefoilError {
  const [party] = absent.keys();
  return new TrefoilError(
    'TREFOIL_UNREACHABLE',
    `not all nodes were there within ${connectSeconds} seconds; start all nodes within that time, or raise connectSeconds in the configuration of each, ` +
      'and check every address and the firewalls between. Still waiting for:',
    { problems: [...absent.values()], place: { party }, facts: { nodes: [...absent.keys()], seconds: connectSeconds } },
  );
}
