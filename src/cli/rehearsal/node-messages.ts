/**
 * What a process and the one that started it tell each other in a rehearsal.
 * @module
 */
import { type ErrorCode, type Place, TrefoilError } from '../../errors.ts';
import type { KeptRun } from '../../job/node/keep-run.ts';
import type { Twins } from '../../job/rehearsal/twin.ts';
import type { NodeResult } from '../../job/report/report.ts';
import type { Progress } from '../../runtime/node.ts';

export interface Failed {
  readonly kind: 'failed';
  readonly code: ErrorCode;
  readonly message: string;
  readonly place: Place;
}

export type FromNode =
  /** Rows that it has read of its files, and in all. */
  | { readonly kind: 'loading'; readonly done: number; readonly of: number }
  /** Its own files are in order; it waits for the addresses. */
  | { readonly kind: 'prepared' }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'trainingLoss'; readonly loss: number; readonly epoch: number; readonly resolved?: number }
  | { readonly kind: 'finished'; readonly publicSeed: string; readonly result: NodeResult; readonly kept: KeptRun }
  | Failed;

export type ToNode = { readonly kind: 'connect'; readonly addresses: Readonly<Record<string, string>> };

export type FromTwin = { readonly kind: 'twins'; readonly twins: Twins } | Failed;

export function failed({ code, message, place }: TrefoilError): Failed {
  return { kind: 'failed', code, message, place };
}

/** What a process said, as an error again. */
export function failureOf({ code, message, place }: Failed): TrefoilError {
  return new TrefoilError(code, message, { place });
}
