/**
 * Long work in slices, so that the event loop turns between them: a node that computes for seconds in one piece answers no keepalive and
 * counts as gone.
 * @module
 */

/** Work that may be interrupted wherever it yields: some ten milliseconds of it at most between two places. */
export type Slices = Generator<void, void, void>;

/** Work that was so short that it is done already: a generator for each small thing of a step costs more than the thing. */
export const DONE: Slices = (function* (): Slices {
  // Nothing is left to do.
})();
DONE.next();

/** First one work, then another, which begins when the first is done. */
export function inTurn(first: Slices, next: () => Slices): Slices {
  return first === DONE ? next() : both(first, next);
}

function* both(first: Slices, next: () => Slices): Slices {
  yield* first;
  yield* next();
}

/** How long work goes on before it gives way: well below what a keepalive waits for, and seldom enough to cost nothing. */
const SLICE_MS = 200;

/** Does all of it in one piece: where nobody waits for an answer meanwhile. */
export function atOnce(work: Slices): void {
  while (work.next().done !== true);
}

/** When a node last gave way. */
export class Pace {
  #last = performance.now();

  /** Whether it is time to give way. */
  get isDue(): boolean {
    return performance.now() - this.#last > SLICE_MS;
  }

  /** Lets the event loop turn: messages leave, others arrive, and keepalives are answered. */
  async rest(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#last = performance.now();
  }

  /** Does the work, and gives way whenever it is time. Work that is done before that leaves nothing to wait for. */
  through(work: Slices): Promise<void> | undefined {
    if (work === DONE) return undefined;
    while (work.next().done !== true) if (this.isDue) return this.#goOn(work);
    return this.isDue ? this.rest() : undefined;
  }

  async #goOn(work: Slices): Promise<void> {
    for (;;) {
      await this.rest();
      while (!this.isDue) if (work.next().done === true) return;
    }
  }
}
