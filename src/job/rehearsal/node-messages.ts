/**
 * What a process and the one that started it tell each other in a rehearsal.
 * @module
 */
import { type ErrorCode, type Place, TrefoilError } from '../../errors.ts';
import type { AlignedRows } from '../alignment/aligned-job.ts';
import type { Job } from '../file/job.ts';
import type { KeptRun } from '../node/keep-run.ts';
import type { TrainingEvent } from '../node/training-event.ts';
import type { NodeResult } from '../report/report.ts';
import type { Holdings } from './all-records.ts';
import type { Twins } from './twin.ts';

export interface Failed {
  readonly kind: 'failed';
  readonly code: ErrorCode;
  readonly message: string;
  readonly place: Place;
}

export type FromNode =
  /** What happens at the node; `loading` counts the rows of its own files. */
  | Extract<TrainingEvent, { readonly kind: 'loading' | 'listening' | 'progress' | 'training loss' }>
  /** Its own files are in order; it waits for the addresses. */
  | { readonly kind: 'prepared' }
  | {
      readonly kind: 'finished';
      readonly publicSeed: string;
      readonly result: NodeResult;
      readonly kept: KeptRun;
      /** For training in the clear, which this machine may do. */
      readonly rows?: AlignedRows;
    }
  | Failed;

export type ToNode = { readonly kind: 'connect'; readonly addresses: Readonly<Record<string, string>> };

/** Everything that training in the clear needs. */
export interface ToTwin {
  readonly job: Job;
  /** The same job on the rows that it was trained on. */
  readonly trained: Job;
  readonly publicSeed: string;
  readonly holdings: Holdings;
  /** By party, where its rows were aligned. */
  readonly rows: ReadonlyMap<string, AlignedRows>;
}

export type FromTwin = { readonly kind: 'twins'; readonly twins: Twins } | Failed;

export function failed({ code, message, place }: TrefoilError): Failed {
  return { kind: 'failed', code, message, place };
}

/** What a process said, as an error again. */
export function failureOf({ code, message, place }: Failed): TrefoilError {
  return new TrefoilError(code, message, { place });
}
