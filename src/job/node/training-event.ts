/**
 * What training tells on its way.
 * @module
 */
import type { Progress } from '../../runtime/node.ts';
import type { KeptRun } from './keep-run.ts';
import type { NodeObserver } from './party.ts';

export type TrainingEvent =
  /** Rows read so far, and in all. It comes where reading takes long. */
  | { readonly kind: 'loading'; readonly done: number; readonly of: number }
  /** Something that an operator should know before the run. */
  | { readonly kind: 'warning'; readonly text: string }
  /** All nodes of a rehearsal are about to start. */
  | { readonly kind: 'starting'; readonly nodes: readonly string[] }
  | { readonly kind: 'listening'; readonly node: string; readonly port: number }
  | { readonly kind: 'waiting'; readonly text: string }
  | { readonly kind: 'connected'; readonly node: string; readonly peers: readonly string[] }
  | ({ readonly kind: 'progress' } & Progress)
  /** The loss of the last batch of an epoch, counted from 1. Below `resolved` it is rounding. */
  | { readonly kind: 'training loss'; readonly loss: number; readonly epoch: number; readonly resolved?: number }
  /** The nodes of a rehearsal have ended, with what they wrote. */
  | { readonly kind: 'trained'; readonly kept: ReadonlyMap<string, KeptRun> }
  /** Training in the clear begins, for comparison. */
  | { readonly kind: 'comparing' };

/** Kinds of which the newest counts. */
export const REPLACEABLE = ['loading', 'progress'] as const;

export type Tell = (event: TrainingEvent) => void;

/** Progress is told at most this often. */
const PROGRESS_MS = 100;

/** Tells progress from time to time, and the end of each part of it. */
export function seldom(tell: (progress: Progress) => void): (progress: Progress) => void {
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.done < progress.of && now - last < PROGRESS_MS) return;
    last = now;
    tell(progress);
  };
}

/** Tells what a node sees. */
export function eventObserver(
  node: string,
  peers: readonly string[],
  tell: Tell,
  { isProfiled, resolved }: { readonly isProfiled: boolean; readonly resolved: number | undefined },
): NodeObserver {
  return {
    onListening: (port) => tell({ kind: 'listening', node, port }),
    onWaiting: (text) => tell({ kind: 'waiting', text }),
    onConnected: () => tell({ kind: 'connected', node, peers }),
    onProgress: seldom((progress) => tell({ kind: 'progress', ...progress })),
    onTrainingLoss: (loss, epoch) =>
      tell({ kind: 'training loss', loss, epoch, ...(resolved === undefined ? {} : { resolved }) }),
    isProfiled,
  };
}

/** Tells the loss of each epoch once, where several nodes see it. */
export function onceAnEpoch(tell: Tell): Tell {
  let last = 0;
  return (event) => {
    if (event.kind === 'training loss') {
      if (event.epoch <= last) return;
      last = event.epoch;
    }
    tell(event);
  };
}
