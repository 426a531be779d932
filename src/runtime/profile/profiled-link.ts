/**
 * A link that books what sending takes its node, and how long it waits for the peer, by kind of message.
 * @module
 */
import type { Link, MessageKind, Position } from '../../transport/link.ts';
import type { Profile } from './profile.ts';

export class ProfiledLink implements Link {
  readonly peer: string;
  readonly sent: Link['sent'];
  readonly received: Link['received'];
  readonly #link: Link;
  readonly #profile: Profile;

  constructor(link: Link, profile: Profile) {
    this.peer = link.peer;
    this.sent = link.sent;
    this.received = link.received;
    this.#link = link;
    this.#profile = profile;
  }

  send(kind: MessageKind, position: Position, payload: Uint8Array): void {
    this.#profile.timed(`sending ${kind}s`, undefined, () => this.#link.send(kind, position, payload))();
  }

  receive(kind: MessageKind, position: Position, length: number): Promise<Uint8Array> {
    return this.#profile.waiting(`waiting for ${kind}s`, () => this.#link.receive(kind, position, length));
  }
}
