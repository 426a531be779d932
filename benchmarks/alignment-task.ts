/**
 * What the three processes of the alignment benchmark are told, and what they answer.
 * @module
 */
import type { Identity } from '../src/transport/identity.ts';

export const PARTIES = ['north', 'east', 'south'] as const;

export interface Connect {
  readonly self: string;
  readonly identities: Readonly<Record<string, Identity>>;
  /** Where the nodes before this one listen. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Each party has the numbers `from` to `to` as identifiers. */
export interface Align {
  readonly from: number;
  readonly to: number;
  readonly find: 'all' | 'pairs';
  readonly colluding: 1 | 2;
}

export type Task = { readonly connect: Connect } | { readonly align: Align };

export interface Aligned {
  readonly common: number;
  readonly sent: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The longest time in which the process answered nothing, in milliseconds. */
  readonly stillMs: number;
}

export interface Report {
  readonly port?: number;
  readonly connected?: true;
  readonly aligned?: Aligned;
}

export function report(content: Report): void {
  process.send?.(content);
}
