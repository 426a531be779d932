/**
 * Uniform permutations from a public stream: the batch order of an epoch.
 * @module
 */
import { atOnce, DONE, type Slices } from '../slices.ts';
import type { ByteStream } from './stream.ts';

const WORDS = 1024;
/** Elements that are placed between two places where other work may come in. */
const SLICE_ELEMENTS = 2 ** 18;

/** Uniform integers below a bound, by rejection. */
class UniformIntegers {
  readonly #stream: ByteStream;
  #position: number;
  #words = new Uint32Array(0);
  #next = 0;

  constructor(stream: ByteStream, position: number) {
    this.#stream = stream;
    this.#position = position;
  }

  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const word = this.#word();
      if (word < limit) return word % bound;
    }
  }

  #word(): number {
    if (this.#next === this.#words.length) {
      const bytes = this.#stream.read(this.#position, 4 * WORDS);
      this.#position += 4 * WORDS;
      // A copy, at the alignment that words need.
      this.#words = new Uint32Array(new Uint8Array(bytes).buffer);
      this.#next = 0;
    }
    return this.#words[this.#next++];
  }
}

/** Fisher–Yates over 0 … n − 1; each `index` has a part of the stream of its own. */
export function permutation(stream: ByteStream, index: number, n: number): Uint32Array {
  const order = new Uint32Array(n);
  atOnce(permute(order, stream, index));
  return order;
}

/** Writes it into `order`, which is not to be read before the end. */
export function permute(order: Uint32Array, stream: ByteStream, index: number): Slices {
  const n = order.length;
  for (let i = 0; i < n; i++) order[i] = i;
  // Rejection takes less than two words an element on average; 16 leave room that no run uses up.
  const integers = new UniformIntegers(stream, index * (Math.ceil((16 * n) / WORDS) + 1) * 4 * WORDS);
  if (n > SLICE_ELEMENTS) return exchangeMany(order, integers);
  exchange(order, integers, n - 1, 0);
  return DONE;
}

function* exchangeMany(order: Uint32Array, integers: UniformIntegers): Slices {
  for (let from = order.length - 1; from > 0; from -= SLICE_ELEMENTS) {
    exchange(order, integers, from, Math.max(0, from - SLICE_ELEMENTS));
    yield;
  }
}

/** Draws what comes to places `from` down to `end` + 1. */
function exchange(order: Uint32Array, integers: UniformIntegers, from: number, end: number): void {
  for (let i = from; i > end; i--) {
    const j = integers.below(i + 1);
    const drawn = order[j];
    order[j] = order[i];
    order[i] = drawn;
  }
}
