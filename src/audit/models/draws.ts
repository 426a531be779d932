/**
 * Random numbers of an audit, from a seed that its report names: the same on every machine.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { publicStreams } from '../../prg/session-keys.ts';
import type { ByteStream } from '../../prg/stream.ts';

const POOL_BYTES = 2 ** 14;
const WORD = 2 ** 32;

export class Draws {
  readonly #stream: ByteStream;
  #position = 0;
  #used = POOL_BYTES;
  #pool: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));
  #spare: number | undefined;

  /** One seed gives independent numbers for every label. */
  constructor(seed: string, label: string) {
    this.#stream = publicStreams(sha256(new TextEncoder().encode(seed))).stream(`audit ${label}`);
  }

  /** On [0, 1), in steps of 2^-53. */
  uniform(): number {
    const high = this.#word() >>> 5;
    return (high * 2 ** 26 + (this.#word() >>> 6)) / 2 ** 53;
  }

  coin(): boolean {
    return this.#word() % 2 === 1;
  }

  /** A whole number from 0 to bound − 1. */
  below(bound: number): number {
    const limit = WORD - (WORD % bound);
    for (;;) {
      const word = this.#word();
      if (word < limit) return word % bound;
    }
  }

  /** N(0, 1), by the polar method of Marsaglia and Bray (1964). */
  gaussian(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const [x, y] = [2 * this.uniform() - 1, 2 * this.uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * factor;
      return x * factor;
    }
  }

  /** 0 … n − 1 in random order (Fisher and Yates). */
  order(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  #word(): number {
    if (this.#used === POOL_BYTES) {
      const bytes = this.#stream.read(this.#position, POOL_BYTES);
      this.#position += POOL_BYTES;
      this.#pool = new DataView(bytes.buffer, bytes.byteOffset, POOL_BYTES);
      this.#used = 0;
    }
    const word = this.#pool.getUint32(this.#used, true);
    this.#used += 4;
    return word;
  }
}
