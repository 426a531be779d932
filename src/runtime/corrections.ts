/**
 * The stream of corrections from the dealer to the last evaluator: several repetitions in one message, and at most a window of
 * them under way, so that a dealer that is faster runs ahead in bounded memory.
 * @module
 */
import { correctionsPerMessage } from '../plan/cost.ts';
import type { Link, Position } from '../transport/link.ts';

const WINDOW_BYTES = 16 * 1024 * 1024;

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

  /** Corrections of one repetition of `bytes` bytes. */
  async next(session: number, repetition: number, repeat: number, bytes: number): Promise<Uint8Array> {
    const group = correctionsPerMessage(bytes, repeat);
    const within = repetition % group;
    if (within === 0) {
      const position: Position = { phase: session, step: repetition, round: 0 };
      const length = bytes * Math.min(group, repeat - repetition);
      this.#message = await this.#link.receive('correction', position, length);
      this.#link.send('credit', position, consumed(length));
    }
    return this.#message.subarray(within * bytes, (within + 1) * bytes);
  }
}

/** The dealer's end. */
export class CorrectionSender {
  readonly #link: Link;
  readonly #underWay: { position: Position; bytes: number }[] = [];
  #bytesUnderWay = 0;

  constructor(link: Link) {
    this.#link = link;
  }

  /** `corrections` may be a view of the workspace that stays as it is until this returns. */
  async send(position: Position, corrections: Uint8Array): Promise<void> {
    while (this.#underWay.length > 0 && this.#bytesUnderWay + corrections.length > WINDOW_BYTES) await this.#credit();
    this.#link.send('correction', position, corrections);
    this.#underWay.push({ position, bytes: corrections.length });
    this.#bytesUnderWay += corrections.length;
  }

  /** Waits until everything sent has been consumed. */
  async finish(): Promise<void> {
    while (this.#underWay.length > 0) await this.#credit();
  }

  async #credit(): Promise<void> {
    const [oldest] = this.#underWay;
    await this.#link.receive('credit', oldest.position, 4);
    this.#underWay.shift();
    this.#bytesUnderWay -= oldest.bytes;
  }
}
