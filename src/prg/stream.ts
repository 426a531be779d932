/**
 * Seekable pseudo-random byte streams: AES-128 in counter mode under a key used for nothing else.
 * @module
 */
import { type Cipher, createCipheriv } from 'node:crypto';
import { invariant } from '../errors.ts';

const BLOCK = 16;

/** Something to read pseudo-random bytes from. */
export interface ByteStream {
  read(position: number, length: number): Uint8Array;
  /** The same from each of many positions, back to back. */
  readEach(positions: ArrayLike<number>, length: number): Uint8Array;
}

/** One stream a label, each under a key of its own. */
export interface Streams {
  stream(label: string): ByteStream;
}

export class Stream implements ByteStream {
  readonly #key: Uint8Array;
  #cipher: Cipher | undefined;
  #position = 0;
  #zeros = new Uint8Array(0);
  #blocks: Cipher | undefined;
  #counters = new Uint8Array(0);

  constructor(key: Uint8Array) {
    invariant(key.length === BLOCK, 'a stream key has 16 bytes');
    this.#key = key;
  }

  /** `length` bytes of the stream from `position` (a multiple of 16) on; reading onwards from the last end costs no re-keying. */
  read(position: number, length: number): Uint8Array {
    if (this.#cipher === undefined || position !== this.#position) this.#cipher = this.#seek(position);
    if (this.#zeros.length < length) this.#zeros = new Uint8Array(length);
    this.#position = position + length;
    return this.#cipher.update(this.#zeros.subarray(0, length));
  }

  /** `length` bytes (a multiple of 16) from each position: their block numbers are encrypted in one go, since seeking to each costs more. */
  readEach(positions: ArrayLike<number>, length: number): Uint8Array {
    invariant(length % BLOCK === 0, 'streams are read to block boundaries');
    const total = positions.length * length;
    if (this.#counters.length < total) this.#counters = new Uint8Array(total);
    const counters = new DataView(this.#counters.buffer);
    let at = 0;
    for (let i = 0; i < positions.length; i++) {
      invariant(positions[i] % BLOCK === 0, 'streams are read from block boundaries');
      const first = positions[i] / BLOCK;
      for (let block = first; block < first + length / BLOCK; block++, at += BLOCK) {
        counters.setUint32(at + 8, block / 2 ** 32);
        counters.setUint32(at + 12, block);
      }
    }
    this.#blocks ??= createCipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false);
    return this.#blocks.update(this.#counters.subarray(0, total));
  }

  #seek(position: number): Cipher {
    invariant(position % BLOCK === 0, 'streams are read from block boundaries');
    const counter = Buffer.alloc(BLOCK);
    counter.writeBigUInt64BE(BigInt(position / BLOCK), 8);
    return createCipheriv('aes-128-ctr', this.#key, counter);
  }
}
