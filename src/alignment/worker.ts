/**
 * The work of an alignment in pieces, so that messages come and go meanwhile, and how much of it is done.
 * @module
 */
import { Pace } from '../slices.ts';
import type { Exponent } from './group/exponent.ts';
import { ELEMENT_BYTES } from './group/field.ts';
import { fault } from './messages.ts';
import type { Work } from './store.ts';

export type OnProgress = (done: number, of: number) => void;

/** Points that are raised between two looks at the clock. */
const SLICE_POINTS = 32;

export class Worker {
  readonly #pace = new Pace();
  readonly #onProgress: OnProgress;
  #done = 0;
  #of = 0;

  /** `onProgress` hears how many points were raised, of how many. */
  constructor(onProgress: OnProgress = () => undefined) {
    this.#onProgress = onProgress;
  }

  /** How many points this node will raise in all. */
  expect(points: number): void {
    this.#of = points;
  }

  /** Does work to its end, and gives way whenever it is time. */
  async through<T>(work: Work<T>): Promise<T> {
    for (;;) {
      const step = work.next();
      if (this.#pace.isDue) await this.#rest();
      if (step.done === true) return step.value;
    }
  }

  /** All points raised to an exponent. They came from `peer`, which is at fault where one has a small order. */
  async raise(points: Uint8Array, exponent: Exponent, peer: string): Promise<Uint8Array> {
    const raised = new Uint8Array(points.length);
    await this.through(this.#raiseAll(points, exponent, peer, raised));
    return raised;
  }

  *#raiseAll(points: Uint8Array, exponent: Exponent, peer: string, raised: Uint8Array): Work<void> {
    const count = points.length / ELEMENT_BYTES;
    for (let i = 0; i < count; i++) {
      if (!exponent.raise(points, i, raised)) throw fault(peer, 'sent a point of small order');
      this.#done++;
      if (i % SLICE_POINTS === 0) yield;
    }
  }

  async #rest(): Promise<void> {
    await this.#pace.rest();
    this.#onProgress(this.#done, this.#of);
  }
}
