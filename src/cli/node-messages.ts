/**
 * What a node program and the process that started it tell each other.
 * @module
 */
import type { ErrorCode, Place } from '../errors.ts';
import type { NodeResult } from '../job/report.ts';
import type { Twins } from '../job/twin.ts';
import type { Progress } from '../runtime/node.ts';

export type FromNode =
  /** Its own files are in order; it waits for the addresses. */
  | { readonly kind: 'prepared' }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'connected' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'trainingLoss'; readonly loss: number }
  | { readonly kind: 'finished'; readonly publicSeed: string; readonly result: NodeResult }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly place: Place };

export type ToNode = { readonly kind: 'connect'; readonly addresses: Readonly<Record<string, string>> };

export type FromTwin =
  | { readonly kind: 'twins'; readonly twins: Twins }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly place: Place };
