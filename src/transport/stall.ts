/**
 * Finds peers that are alive, since their keepalive answers, but do not send what is due.
 *
 * Only evaluators watch. They exchange a message every round, so one that stands still, and a dealer that does, is noticed by an
 * evaluator, which tells all others. A dealer has nobody to watch: its credit comes as the evaluators get on, and its outputs may
 * come at the end of the run. Nor is `ready` watched: a peer sends it when it is connected with all others, which its own
 * `connectSeconds` bounds.
 * @module
 */
import type { GrpcLink } from './grpc-link.ts';
import type { Position } from './link.ts';

/**
 * Parts that the limit is counted in. Ticks and not a clock, so that the time in which this node itself stood still counts as one of them:
 * a message may have come meanwhile.
 */
const TICKS = 20;

interface Watched {
  readonly due: Position;
  readonly frames: number;
  readonly ticks: number;
}

export interface StallOptions {
  /** How long a dealer may send nothing while its message is due. */
  readonly stallSeconds: number;
  /** Absent where nobody deals. */
  readonly dealer?: string;
  readonly onStalled: (peer: string, seconds: number, due: Position) => void;
}

/** Watches until the run is over; gives what ends it. */
export function watchForStalls(
  links: readonly GrpcLink[],
  { stallSeconds, dealer, onStalled }: StallOptions,
): () => void {
  const watched = new Map<GrpcLink, Watched>();
  const timer = setInterval(
    () => {
      for (const link of links) {
        const { peer, due, frames } = link;
        // An auditor takes its time, as a peer does that others have yet to connect to.
        if (due === undefined || due.kind === 'ready' || due.kind === 'decision') {
          watched.delete(link);
          continue;
        }
        const before = watched.get(link);
        const isSame = before?.due === due.position && before.frames === frames;
        const ticks = isSame ? before.ticks + 1 : 0;
        watched.set(link, { due: due.position, frames, ticks });
        // An evaluator may wait for the dealer itself, and is then the one to say so.
        const seconds = peer === dealer ? stallSeconds : 2 * stallSeconds;
        if (ticks * stallSeconds >= seconds * TICKS) onStalled(peer, seconds, due.position);
      }
    },
    (stallSeconds * 1000) / TICKS,
  );
  return () => clearInterval(timer);
}
