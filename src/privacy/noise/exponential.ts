/**
 * Bounds of e^−x for rational x, as tight as asked for, in integers alone.
 * @module
 */

const bitLength = (x: bigint): number => (x === 0n ? 0 : x.toString(16).length * 4);

/**
 * Integers below and above 2^bits · e^(−numerator/denominator), for 0 ≤ numerator and 0 < denominator; their distance is a few units.
 *
 * e^−x = (e^−z)^(2^halvings) with z below 1/16, by Taylor's alternating series and as many squarings.
 */
export function exponentialBounds(numerator: bigint, denominator: bigint, bits: number): readonly [bigint, bigint] {
  if (numerator === 0n) return [1n << BigInt(bits), 1n << BigInt(bits)];
  // Lengths are rounded up to four bits, so the quotient is below 2^(difference + 4).
  const halvings = Math.max(0, bitLength(numerator) - bitLength(denominator) + 4) + 4;
  const precision = BigInt(bits + halvings + 16);
  const one = 1n << precision;
  const z = (numerator << precision) / (denominator << BigInt(halvings));

  let sum = one;
  let term = one;
  let terms = 1n;
  for (; term > 0n; terms++) {
    term = (term * z) / (terms << precision);
    sum += terms % 2n === 0n ? term : -term;
  }
  // Each term is less than 2 units too small, what comes after the last is below 2, and z was cut by less than one.
  const error = 2n * terms + 3n;
  let low = sum - error;
  let high = sum + error;
  for (let i = 0; i < halvings; i++) {
    low = (low * low) >> precision;
    high = ((high * high) >> precision) + 1n;
  }
  const excess = precision - BigInt(bits);
  return [low >> excess, (high >> excess) + 1n];
}
