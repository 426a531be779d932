/**
 * Seekable pseudo-random byte streams: ChaCha20 (Bernstein 2008; the block function of RFC 8439 with the original 64-bit counter) under a
 * key used for nothing else, nonce 0.
 *
 * The bytes come from the platform's ChaCha20, three times as fast as a kernel where there is much of them. A few kilobytes for linear memory come
 * from the kernel, sooner than the platform has set up a cipher. Both are the same bytes.
 * @module
 */
import { type Cipher, createCipheriv } from 'node:crypto';
import { invariant } from '../errors.ts';
import type { RingMemory } from '../ring/ring-memory.ts';
import { DONE, type Slices } from '../slices.ts';

const KEY_BYTES = 32;
const BLOCK = 64;
/** From so many bytes on the platform fills memory faster than the kernel, and best in pieces of so many. */
const MANY_BYTES = 16 << 10;
const PIECE_BYTES = 64 << 10;

/** Bytes from one position to the next that `fill` can begin at, for items of `bytes` bytes. */
export const streamStride = (bytes: number): number => BLOCK * Math.ceil(bytes / BLOCK);

/** Something to read pseudo-random bytes from. */
export interface ByteStream {
  read(position: number, length: number): Uint8Array;
  /** Writes `length` bytes of the stream from `position`, a multiple of 64, to an address. */
  fill(memory: RingMemory, address: number, position: number, length: number): void;
}

/** One stream a label, each under a key of its own. */
export interface Streams {
  stream(label: string): ByteStream;
}

/** Bytes that are expanded between two places where other work may come in. */
const SLICE_BYTES = 4 << 20;

/** Writes `length` bytes of a stream from `position`, a multiple of 64, to an address. */
export function fillFrom(
  stream: ByteStream,
  memory: RingMemory,
  address: number,
  position: number,
  length: number,
): Slices {
  return pieceByPiece(length, (at, bytes) => stream.fill(memory, address + at, position + at, bytes));
}

/** The same from any position: reading onwards from the last end costs no re-keying. */
export function readInto(
  stream: ByteStream,
  memory: RingMemory,
  address: number,
  position: number,
  length: number,
): Slices {
  return pieceByPiece(length, (at, bytes) => memory.u8(address + at, bytes).set(stream.read(position + at, bytes)));
}

function pieceByPiece(length: number, take: (at: number, bytes: number) => void): Slices {
  if (length > SLICE_BYTES) return manyPieces(length, take);
  if (length > 0) take(0, length);
  return DONE;
}

function* manyPieces(length: number, take: (at: number, bytes: number) => void): Slices {
  for (let at = 0; at < length; at += SLICE_BYTES) {
    take(at, Math.min(SLICE_BYTES, length - at));
    yield;
  }
}

export class Stream implements ByteStream {
  readonly #key: Uint8Array;
  #cipher: Cipher | undefined;
  #position = 0;
  #zeros = new Uint8Array(0);

  constructor(key: Uint8Array) {
    invariant(key.length === KEY_BYTES, 'a stream key has 32 bytes');
    this.#key = key;
  }

  /** `length` bytes of the stream from `position` on; reading onwards from the last end costs no re-keying. */
  read(position: number, length: number): Uint8Array {
    if (this.#cipher === undefined || position !== this.#position) this.#cipher = this.#seek(position);
    this.#position = position + length;
    return this.#next(this.#cipher, length);
  }

  fill(memory: RingMemory, address: number, position: number, length: number): void {
    invariant(position % BLOCK === 0, 'memory is filled from block boundaries');
    if (length < MANY_BYTES) {
      memory.expand(address, this.#key, BigInt(position / BLOCK), length);
      return;
    }
    const cipher = this.#seek(position);
    const to = memory.u8(address, length);
    for (let at = 0; at < length; at += PIECE_BYTES) to.set(this.#next(cipher, Math.min(PIECE_BYTES, length - at)), at);
  }

  #next(cipher: Cipher, length: number): Uint8Array {
    if (this.#zeros.length < length) this.#zeros = new Uint8Array(length);
    return cipher.update(this.#zeros.subarray(0, length));
  }

  #seek(position: number): Cipher {
    const counterAndNonce = Buffer.alloc(16);
    counterAndNonce.writeBigUInt64LE(BigInt(Math.floor(position / BLOCK)));
    const cipher = createCipheriv('chacha20', this.#key, counterAndNonce);
    this.#next(cipher, position % BLOCK);
    return cipher;
  }
}
