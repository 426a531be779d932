/**
 * What a node sees on its links, message by message, as material for attacks: everything that it receives, and the openings that it
 * sends, without which it could not have known the opened sums. In bounded memory.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Link, MessageKind, Position } from '../../transport/link.ts';

export interface Seen {
  readonly direction: 'sent' | 'received';
  readonly peer: string;
  readonly kind: MessageKind;
  readonly position: Position;
  readonly payload: Uint8Array;
}

/** A node's view; recording stops the run rather than leave anything out. */
export class Transcript {
  readonly messages: Seen[] = [];
  readonly #most: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  add(message: Seen): void {
    this.#bytes += message.payload.length;
    invariant(this.#bytes <= this.#most, 'a transcript fits into the memory it was given');
    this.messages.push({ ...message, position: { ...message.position }, payload: message.payload.slice() });
  }
}

export class TranscribedLink implements Link {
  readonly peer: string;
  readonly sent: Link['sent'];
  readonly received: Link['received'];
  readonly #link: Link;
  readonly #transcript: Transcript;

  constructor(link: Link, transcript: Transcript) {
    this.peer = link.peer;
    this.sent = link.sent;
    this.received = link.received;
    this.#link = link;
    this.#transcript = transcript;
  }

  send(kind: MessageKind, position: Position, payload: Uint8Array): void {
    if (kind === 'opening') this.#transcript.add({ direction: 'sent', peer: this.peer, kind, position, payload });
    this.#link.send(kind, position, payload);
  }

  async receive(kind: MessageKind, position: Position, length: number): Promise<Uint8Array> {
    const payload = await this.#link.receive(kind, position, length);
    this.#transcript.add({ direction: 'received', peer: this.peer, kind, position, payload });
    return payload;
  }
}
