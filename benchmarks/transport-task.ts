/**
 * What the two processes of the transport benchmark are told, and what they answer.
 * @module
 */
import type { Identity } from '../src/transport/identity.ts';
import type { MessageKind } from '../src/transport/link.ts';

export interface Connect {
  readonly self: string;
  /** Both nodes; the first deals and listens. */
  readonly identities: Readonly<Record<string, Identity>>;
  /** Where the other node listens, for the one that dials. */
  readonly address?: string;
}

/** A node that only receives gives credit for each message, as the last evaluator does for corrections. */
export interface Transfer {
  readonly sends?: MessageKind;
  readonly receives?: MessageKind;
  readonly bytes: number;
  readonly messages: number;
}

export type Task = { readonly connect: Connect } | { readonly transfer: Transfer };

export interface Report {
  readonly port?: number;
  readonly connected?: true;
  readonly cpuMs?: number;
}

export function report(content: Report): void {
  process.send?.(content);
}
