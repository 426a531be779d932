/**
 * Work that takes a while: its result to wait for, and its events to follow on the way.
 * @module
 */
import { asTrefoilError } from './errors.ts';

/**
 * Work under way. It has begun when you get it, and it goes on whether or not anybody listens; the `signal` that it was given stops it.
 *
 * Events are for one listener. Those that come before it begins to listen wait for it, and of progress the newest alone.
 * @example
 * const run = trainLocally(job, { data });
 * for await (const event of run) if (event.kind === 'training loss') show(event.loss);
 * const { model } = await run.result;
 */
export interface Run<Event, Result> extends AsyncIterable<Event> {
  /** Rejects with a `TrefoilError`. */
  readonly result: Promise<Result>;
}

/** What all events have. */
export interface AnyEvent {
  readonly kind: string;
}

/** Begins the work. `tell` hands an event on; one of `replaceable` kind takes the place of the last, where that has the same kind and is still waiting. */
export function startRun<Event extends AnyEvent, Result>(
  work: (tell: (event: Event) => void) => Promise<Result>,
  ...replaceable: readonly Event['kind'][]
): Run<Event, Result> {
  const events = new Events<Event>(replaceable);
  const result = work((event) => events.add(event))
    .catch((error: unknown) => {
      throw asTrefoilError(error);
    })
    .finally(() => events.end());
  // Whoever listens and does not wait for the result is not to be ended by it: the iterator throws the same.
  result.catch(() => undefined);
  return {
    result,
    async *[Symbol.asyncIterator]() {
      yield* events.all();
      await result;
    },
  };
}

class Events<Event extends AnyEvent> {
  readonly #replaceable: readonly Event['kind'][];
  readonly #waiting: Event[] = [];
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(replaceable: readonly Event['kind'][]) {
    this.#replaceable = replaceable;
  }

  add(event: Event): void {
    const last = this.#waiting.at(-1);
    if (last?.kind === event.kind && this.#replaceable.includes(event.kind)) this.#waiting.pop();
    this.#waiting.push(event);
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  async *all(): AsyncGenerator<Event> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event !== undefined) yield event;
      else if (this.#isOver) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
