/**
 * Whether a number has a square root modulo p = 2^255 − 19: the Jacobi symbol, by the binary algorithm (Shallit and Sorenson 1993).
 *
 * A power modulo p would tell the same, ten times as slowly. The time depends on the number, which no peer can measure for a single identifier.
 * @module
 */
import { P } from './field.ts';

const BITS = 30;
const MASK = 2 ** BITS - 1;
const LIMBS = 9;

const wide = BigInt(BITS);
const limbsOf = (value: bigint, into: Int32Array): void => {
  for (let i = 0; i < LIMBS; i++) {
    into[i] = Number(value & BigInt(MASK));
    value >>= wide;
  }
};

const MODULUS = new Int32Array(LIMBS);
limbsOf(P, MODULUS);
const first = new Int32Array(LIMBS);
const second = new Int32Array(LIMBS);

/** 1 where `value`, from 0 to p − 1, is a square other than 0, −1 where it is none, and 0 for 0. */
export function quadraticCharacter(value: bigint): number {
  let [a, n] = [first, second];
  limbsOf(value, a);
  n.set(MODULUS);
  let length = LIMBS;
  let sign = 1;
  for (;;) {
    while (length > 0 && a[length - 1] === 0 && n[length - 1] === 0) length--;
    if (isZero(a, length)) return isOne(n, length) ? sign : 0;
    // (2/n) is −1 for n ≡ ±3 modulo 8.
    if (shiftToOdd(a, length) % 2 === 1 && ((n[0] & 7) === 3 || (n[0] & 7) === 5)) sign = -sign;
    if (isLess(a, n, length)) {
      [a, n] = [n, a];
      // Quadratic reciprocity.
      if ((a[0] & 3) === 3 && (n[0] & 3) === 3) sign = -sign;
    }
    subtract(a, n, length);
  }
}

function isZero(a: Int32Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[i] !== 0) return false;
  return true;
}

const isOne = (a: Int32Array, length: number): boolean => a[0] === 1 && isZero(a.subarray(1), Math.max(0, length - 1));

function isLess(a: Int32Array, b: Int32Array, length: number): boolean {
  for (let i = length - 1; i >= 0; i--) if (a[i] !== b[i]) return a[i] < b[i];
  return false;
}

/** a − b, which is not below 0. */
function subtract(a: Int32Array, b: Int32Array, length: number): void {
  let borrow = 0;
  for (let i = 0; i < length; i++) {
    const difference = a[i] - b[i] + borrow;
    a[i] = difference & MASK;
    borrow = difference >> BITS;
  }
}

/** Divides a number other than 0 by its largest power of two, and gives the exponent. */
function shiftToOdd(a: Int32Array, length: number): number {
  let shifted = 0;
  while (a[0] === 0) {
    for (let i = 1; i < length; i++) a[i - 1] = a[i];
    a[length - 1] = 0;
    shifted += BITS;
  }
  const bits = 31 - Math.clz32(a[0] & -a[0]);
  if (bits === 0) return shifted;
  const below = 2 ** bits - 1;
  for (let i = 0; i < length - 1; i++) a[i] = (a[i] >> bits) | ((a[i + 1] & below) << (BITS - bits));
  a[length - 1] >>= bits;
  return shifted + bits;
}
