/**
 * What the dealer sends: corrections, several repetitions in one message, and what it enters where it is a party. It waits for no
 * opening. So evaluators give it credit for what they have consumed, and a dealer that is faster runs ahead in bounded memory.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { Link, MessageKind, Position } from '../transport/link.ts';

/** A repetition ahead of a large network's is enough; what waits longer costs the receiver's garbage collector. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** Tells the dealer that a message of `bytes` bytes has been consumed. */
export function sendCredit(link: Link, position: Position, bytes: number): void {
  link.send('credit', position, consumed(bytes));
}

function consumed(bytes: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, bytes, true);
  return payload;
}

/** The last evaluator's end. */
export class CorrectionReceiver {
  readonly #link: Link;
  #message: Uint8Array = new Uint8Array(0);

  constructor(link: Link) {
    this.#link = link;
  }

  /** Corrections of one repetition of `bytes` bytes, of which `group` travel in one message. */
  async next(session: number, repetition: number, repeat: number, bytes: number, group: number): Promise<Uint8Array> {
    const within = repetition % group;
    if (within === 0) {
      const position: Position = { phase: session, step: repetition, round: 0 };
      const length = bytes * Math.min(group, repeat - repetition);
      this.#message = await this.#link.receive('correction', position, length);
      sendCredit(this.#link, position, length);
    }
    return this.#message.subarray(within * bytes, (within + 1) * bytes);
  }
}

/** The dealer's end of a link. */
export class CreditedSender {
  readonly #link: Link;
  readonly #underWay: { position: Position; bytes: number }[] = [];
  #bytesUnderWay = 0;

  constructor(link: Link) {
    this.#link = link;
  }

  /** `payload` may be a view of the workspace that stays as it is until this returns. */
  async send(kind: MessageKind, position: Position, payload: Uint8Array): Promise<void> {
    while (this.#underWay.length > 0 && this.#bytesUnderWay + payload.length > WINDOW_BYTES) await this.#credit();
    this.#link.send(kind, position, payload);
    this.#underWay.push({ position, bytes: payload.length });
    this.#bytesUnderWay += payload.length;
  }

  /** Waits until everything sent has been consumed. */
  async finish(): Promise<void> {
    while (this.#underWay.length > 0) await this.#credit();
  }

  async #credit(): Promise<void> {
    const [oldest] = this.#underWay;
    const due = consumed(oldest.bytes);
    const credit = await this.#link.receive('credit', oldest.position, due.length);
    // Any other number could be a value that a dealer must not see.
    if (!due.every((byte, i) => byte === credit[i])) {
      const { peer } = this.#link;
      throw new TrefoilError(
        'TREFOIL_PEER',
        `${peer} gave credit for another number of bytes than it was sent; check that it runs the same version of Trefoil, then start all nodes again`,
        { place: { party: peer }, facts: { how: 'malformed' } },
      );
    }
    this.#underWay.shift();
    this.#bytesUnderWay -= oldest.bytes;
  }
}
