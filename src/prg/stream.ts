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

  #seek(position: number): Cipher {
    invariant(position % BLOCK === 0, 'streams are read from block boundaries');
    const counter = Buffer.alloc(BLOCK);
    counter.writeBigUInt64BE(BigInt(position / BLOCK), 8);
    return createCipheriv('aes-128-ctr', this.#key, counter);
  }
}
