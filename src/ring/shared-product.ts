/**
 * One matrix product at a time that several threads compute together: its description and its progress, as 16 words of the
 * memory that the threads share.
 *
 * The result is cut into rectangles, the parts, and each thread claims one after the other. A thread that starts late, or that
 * the machine gives no time, therefore holds nobody up by more than the part in its hands.
 *
 * The ticket has the number of parts that nobody has claimed yet in its low bits, and counts the products in the others. A
 * thread reads the description before it claims by compare-and-exchange: when the claim holds, the description was that of the
 * same product, because the next one is written only when every part of this one has been claimed and is done.
 * @module
 */
import type { ProductMode } from './kernels.ts';

export const FORMS = ['matmul', 'matmulTN', 'matmulNT'] as const;

export interface ProductDescription {
  readonly form: (typeof FORMS)[number];
  readonly out: number;
  readonly a: number;
  readonly b: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly mode: ProductMode;
}

/** Height and width of the parts of a result, of which those at the lower and right edge may be smaller. */
export interface Partition {
  readonly rows: number;
  readonly columns: number;
  readonly parts: number;
}

export type ProductPart = (
  form: number,
  out: number,
  a: number,
  b: number,
  m: number,
  k: number,
  n: number,
  mode: number,
  scratch: number,
  row: number,
  rows: number,
  column: number,
  columns: number,
) => void;

export const CONTROL_BYTES = 64;

const TICKET = 0;
const DONE = 1;
const DESCRIPTION = 2;

const PART_BITS = 12;
export const MOST_PARTS = 2 ** PART_BITS - 1;

/** About as long as it takes to sleep and be woken. */
const SPINS = 2000;
/** A part takes milliseconds. Waits in several pieces, since a process that was stopped comes back with its time up. */
const WAITS = 3;
const WAIT_MS = 1000;

export class SharedProduct {
  readonly #words: Int32Array;

  constructor(memory: WebAssembly.Memory, at: number) {
    this.#words = new Int32Array(memory.buffer, at, CONTROL_BYTES / Int32Array.BYTES_PER_ELEMENT);
  }

  /** Offers the parts of a product; those of the one before are done. */
  publish({ form, out, a, b, m, k, n, mode }: ProductDescription, { rows, columns, parts }: Partition): void {
    const words = this.#words;
    words.set([FORMS.indexOf(form), out, a, b, m, k, n, mode, rows, columns, parts], DESCRIPTION);
    Atomics.store(words, DONE, 0);
    const product = (Atomics.load(words, TICKET) >> PART_BITS) + 1;
    Atomics.store(words, TICKET, (product << PART_BITS) | parts);
    Atomics.notify(words, TICKET);
  }

  /** Computes parts until none is left to claim. Gives the ticket that says so. */
  compute(matmulPart: ProductPart, scratch: number): number {
    for (;;) {
      const ticket = this.computeOne(matmulPart, scratch);
      if (ticket !== undefined) return ticket;
    }
  }

  /** Computes at most one part. Gives the ticket that says so where none is left to claim. */
  computeOne(matmulPart: ProductPart, scratch: number): number | undefined {
    const words = this.#words;
    const ticket = Atomics.load(words, TICKET);
    const left = ticket & MOST_PARTS;
    if (left === 0) return ticket;
    const [form, out, a, b, m, k, n, mode, rows, columns, parts] = words.subarray(DESCRIPTION);
    if (Atomics.compareExchange(words, TICKET, ticket, ticket - 1) !== ticket) return undefined;
    const across = Math.ceil(n / columns);
    const row = Math.floor((left - 1) / across) * rows;
    const column = ((left - 1) % across) * columns;
    const [height, width] = [Math.min(rows, m - row), Math.min(columns, n - column)];
    matmulPart(form, out, a, b, m, k, n, mode, scratch, row, height, column, width);
    if (Atomics.add(words, DONE, 1) + 1 === parts) Atomics.notify(words, DONE);
    return undefined;
  }

  /** Sleeps until there is another product than that of the ticket. */
  sleep(ticket: number): void {
    Atomics.wait(this.#words, TICKET, ticket);
  }

  /** Waits for the parts that other threads have claimed; whether all were done within seconds. */
  finish(parts: number): boolean {
    const words = this.#words;
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(words, DONE) === parts) return true;
    for (let waits = 0; waits < WAITS; ) {
      const done = Atomics.load(words, DONE);
      if (done === parts) return true;
      if (Atomics.wait(words, DONE, done, WAIT_MS) === 'timed-out') waits++;
    }
    return Atomics.load(words, DONE) === parts;
  }
}
