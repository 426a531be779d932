/**
 * Whole numbers from a stream, each used once, in the order of its bytes.
 * @module
 */
import type { ByteStream } from './stream.ts';

/** Read at a time; the numbers do not depend on it. */
const POOL_BYTES = 2 ** 14;
const RANGE = 2 ** 32;

export class UniformIntegers {
  readonly #stream: ByteStream;
  #position = 0;
  #pool: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));
  #used = 0;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** 32 random bits. */
  word(): number {
    if (this.#used === this.#pool.byteLength) {
      const bytes = this.#stream.read(this.#position, POOL_BYTES);
      this.#position += POOL_BYTES;
      this.#pool = new DataView(bytes.buffer, bytes.byteOffset, POOL_BYTES);
      this.#used = 0;
    }
    const word = this.#pool.getUint32(this.#used, true);
    this.#used += 4;
    return word;
  }

  /** From 0 to bound − 1, all equally likely: words that would favour some are rejected. */
  below(bound: number): number {
    const most = RANGE - (RANGE % bound);
    for (;;) {
      const word = this.word();
      if (word < most) return word % bound;
    }
  }
}
