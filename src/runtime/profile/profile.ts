/**
 * Where the time of one node goes: by phase, operation and layer, and what it waits for. Names, counts and times alone.
 *
 * Every moment is booked at most once: of two accounts that overlap, on the one that ends first. So what is booked never exceeds
 * the time that has passed, also where a dealer waits for outputs beside its dealing. Waiting is what the event loop was idle for; what it
 * did meanwhile is the transport's: gRPC, HTTP/2, TLS.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { DONE, type Slices } from '../../slices.ts';

export interface Booking {
  readonly phase: string;
  /** An operation of the plan, or what the runtime does around them. */
  readonly operation: string;
  /** Of an operation of the plan, see `plan/by-layer.ts`. */
  readonly layer?: string;
  readonly seconds: number;
  readonly calls: number;
}

export interface Booked {
  /** From the profile's making to its reading. */
  readonly seconds: number;
  /** The same by phase, booked or not. */
  readonly phases: Readonly<Record<string, number>>;
  readonly bookings: readonly Booking[];
}

type Account = { -readonly [Key in keyof Booking]: Booking[Key] };

const TRANSPORT = 'transport, while waiting';

export class Profile {
  readonly #accounts = new Map<string, Account>();
  readonly #begin = performance.now();
  readonly #phases: Record<string, number> = {};
  #phase = 'beginning';
  #entered = this.#begin;
  /** Up to here all time is booked, or never will be. */
  #bookedUntil = this.#begin;

  /** What is timed from here on belongs to this phase. */
  enter(phase: string): void {
    const now = performance.now();
    this.#phases[this.#phase] = (this.#phases[this.#phase] ?? 0) + (now - this.#entered) / 1000;
    this.#entered = now;
    this.#phase = phase;
  }

  /** The same action, timed on every call under the phase that has been entered now. */
  timed<Arguments extends readonly unknown[], Result>(
    operation: string,
    layer: string | undefined,
    action: (...given: Arguments) => Result,
  ): (...given: Arguments) => Result {
    const account = this.#account(operation, layer);
    return (...given) => {
      const from = performance.now();
      const result = action(...given);
      account.seconds += this.#secondsSince(from);
      account.calls++;
      return result;
    };
  }

  /** The same for work in slices, without what happens between them. */
  timedSlices<Arguments extends readonly unknown[]>(
    operation: string,
    layer: string | undefined,
    action: (...given: Arguments) => Slices,
  ): (...given: Arguments) => Slices {
    const account = this.#account(operation, layer);
    const book = (work: Slices): boolean => {
      const from = performance.now();
      const { done } = work.next();
      account.seconds += this.#secondsSince(from);
      return done === true;
    };
    function* goOn(work: Slices): Slices {
      while (!book(work)) yield;
    }
    return (...given) => {
      const from = performance.now();
      const work = action(...given);
      account.seconds += this.#secondsSince(from);
      account.calls++;
      return work === DONE ? DONE : goOn(work);
    };
  }

  /** Times a wait for something from outside the process. */
  async waiting<Result>(operation: string, wait: () => Promise<Result>): Promise<Result> {
    const [account, transport] = [this.#account(operation), this.#account(TRANSPORT)];
    const from = performance.now();
    const { idle } = performance.eventLoopUtilization();
    const result = await wait();
    const seconds = this.#secondsSince(from);
    const idleSeconds = Math.min(seconds, (performance.eventLoopUtilization().idle - idle) / 1000);
    account.seconds += idleSeconds;
    account.calls++;
    transport.seconds += seconds - idleSeconds;
    transport.calls++;
    return result;
  }

  read(): Booked {
    this.enter(this.#phase);
    const seconds = (this.#entered - this.#begin) / 1000;
    const called = [...this.#accounts.values()].filter(({ calls }) => calls > 0);
    return { seconds, phases: { ...this.#phases }, bookings: called.map((account) => ({ ...account })) };
  }

  #account(operation: string, layer?: string): Account {
    const phase = this.#phase;
    const key = JSON.stringify([phase, operation, layer]);
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const account: Account = { phase, operation, ...(layer === undefined ? {} : { layer }), seconds: 0, calls: 0 };
    this.#accounts.set(key, account);
    return account;
  }

  #secondsSince(from: number): number {
    const now = performance.now();
    const seconds = (now - Math.max(from, this.#bookedUntil)) / 1000;
    this.#bookedUntil = now;
    return seconds;
  }
}

/** The action itself where there is no profile: then it costs nothing. */
export function timed<Arguments extends readonly unknown[], Result>(
  profile: Profile | undefined,
  operation: string,
  action: (...given: Arguments) => Result,
  layer?: string,
): (...given: Arguments) => Result {
  return profile === undefined ? action : profile.timed(operation, layer, action);
}

export function timedSlices<Arguments extends readonly unknown[]>(
  profile: Profile | undefined,
  operation: string,
  action: (...given: Arguments) => Slices,
  layer?: string,
): (...given: Arguments) => Slices {
  return profile === undefined ? action : profile.timedSlices(operation, layer, action);
}
