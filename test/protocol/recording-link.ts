/**
 * A link that keeps a copy of everything that its owner sends.
 * @module
 */
import type { Link, MessageKind, Position } from '../../src/transport/link.ts';

/** What a message was, as one node handed it to a link. */
export interface Recorded {
  readonly from: string;
  readonly to: string;
  readonly kind: MessageKind;
  readonly position: Position;
  readonly payload: Uint8Array;
}

export class RecordingLink implements Link {
  readonly peer: string;
  readonly sent: Link['sent'];
  readonly received: Link['received'];
  readonly #link: Link;
  readonly #from: string;
  readonly #messages: Recorded[];

  constructor(link: Link, from: string, messages: Recorded[]) {
    this.peer = link.peer;
    this.sent = link.sent;
    this.received = link.received;
    this.#link = link;
    this.#from = from;
    this.#messages = messages;
  }

  send(kind: MessageKind, position: Position, payload: Uint8Array): void {
    this.#messages.push({ from: this.#from, to: this.peer, kind, position: { ...position }, payload: payload.slice() });
    this.#link.send(kind, position, payload);
  }

  receive(kind: MessageKind, position: Position, length: number): Promise<Uint8Array> {
    return this.#link.receive(kind, position, length);
  }
}
