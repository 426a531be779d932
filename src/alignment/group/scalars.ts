/**
 * Secret exponents of X25519 (RFC 7748), fresh for each run, and how they are taken off again.
 *
 * A clamped scalar is a multiple 8m of the cofactor with 2^251 ≤ m < 2^252. It takes every point of the curve into the subgroup of prime order ℓ. A u
 * coordinate stands for a point and its negative, so k and −k are the same, and the clamped scalars are all classes ±k but some 2^125 of 2^251.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { ELEMENT_BYTES, inverse, numberOf, writeNumber } from './field.ts';

/** The order ℓ of the subgroup. */
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const LEAST = 2n ** 251n;
const MOST = 2n ** 252n;

/** A scalar that blinds points, and one that takes it off again on the subgroup, up to the sign that u coordinates do not have. */
export interface Blinding {
  readonly scalar: Uint8Array;
  /** Where a key was named, it puts that on in the same step. */
  readonly off: Uint8Array;
}

/** 32 bytes of the platform's generator, clamped. */
export function freshScalar(): Uint8Array {
  const scalar = new Uint8Array(randomBytes(ELEMENT_BYTES));
  scalar[0] &= 0xf8;
  scalar[31] = (scalar[31] & 0x7f) | 0x40;
  return scalar;
}

/** A fresh blinding. `key`: a clamped scalar that points get when the blinding is taken off; without one they are as before. */
export function freshBlinding(key?: Uint8Array): Blinding {
  const numerator = key === undefined ? 1n : numberOf(key);
  for (;;) {
    const scalar = freshScalar();
    // 8m · scalar ≡ ±numerator modulo ℓ
    const m = (numerator * inverse(8n * numberOf(scalar), ORDER)) % ORDER;
    const clamped = [m, ORDER - m].find((value) => value >= LEAST && value < MOST);
    if (clamped === undefined) continue;
    const off = new Uint8Array(ELEMENT_BYTES);
    writeNumber(8n * clamped, off);
    return { scalar, off };
  }
}
