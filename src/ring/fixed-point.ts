/**
 * Real numbers to and from Z_2^64 at the edges of the program, one at a time. Tensors in linear memory use the kernels
 * `encode` and `decode`, which give the same results.
 * @module
 */
import { toZn } from 'bigint-crypto-utils';
import { TrefoilError } from '../errors.ts';

const RING = 2n ** 64n;
const LIMIT = 2 ** 62;

/**
 * The integer nearest to x·2^fractionalBits, ties to even, modulo 2^64. Exact: the product is only a change of exponent.
 * Throws `TREFOIL_RANGE` unless |x·2^fractionalBits| < 2^62.
 */
export function encodeFixed(x: number, fractionalBits: number): bigint {
  const scaled = x * 2 ** fractionalBits;
  if (!(Math.abs(scaled) < LIMIT)) {
    throw new TrefoilError(
      'TREFOIL_RANGE',
      `a number is not finite or too large for fixed point with ${fractionalBits} fractional bits: its size has to stay below 2^${62 - fractionalBits}`,
    );
  }
  return toZn(BigInt(roundToEven(scaled)), RING);
}

/** v·2^−fractionalBits, v read as a signed integer; rounded to the nearest double when it has more than 53 bits. */
export function decodeFixed(v: bigint, fractionalBits: number): number {
  return Number(BigInt.asIntN(64, v)) / 2 ** fractionalBits;
}

function roundToEven(x: number): number {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
}
