/**
 * The field of Curve25519 (RFC 7748): integers modulo p = 2^255 − 19, as bigints, and their 32 bytes, the lowest first.
 * @module
 */

export const ELEMENT_BYTES = 32;
export const P = 2n ** 255n - 19n;
const WORDS = ELEMENT_BYTES / 8;

/** From 0 to p − 1. */
export const modulo = (value: bigint): bigint => {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
};

/** The number that bytes stand for, the lowest first: a multiple of 8 of them. */
export function numberOf(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let value = 0n;
  for (let at = bytes.length - 8; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(at, true);
  return value;
}

/** Writes a number below 2^256 as 32 bytes, the lowest first. */
export function writeNumber(value: bigint, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, ELEMENT_BYTES);
  for (let i = 0; i < WORDS; i++) view.setBigUint64(8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true);
}

/** Whether 32 bytes are the only encoding of their number: bit 255 is clear and the number is below p. */
export function isCanonical(bytes: Uint8Array): boolean {
  if (bytes[31] !== 0x7f) return bytes[31] < 0x80;
  for (let i = 30; i > 0; i--) if (bytes[i] !== 0xff) return true;
  return bytes[0] < 0xed;
}

/** The inverse modulo an odd prime, by the extended Euclidean algorithm. The time depends on the value. */
export function inverse(value: bigint, prime: bigint): bigint {
  let [a, b, x, y] = [((value % prime) + prime) % prime, prime, 1n, 0n];
  while (a !== 0n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return ((y % prime) + prime) % prime;
}

/** The inverses of several numbers, none of which is 0, for one inversion and three products each (Montgomery 1987, section 10.3.1). */
export function inverses(values: readonly bigint[]): bigint[] {
  const before: bigint[] = [];
  let product = 1n;
  for (const value of values) {
    before.push(product);
    product = (product * value) % P;
  }
  let rest = inverse(product, P);
  const found = new Array<bigint>(values.length);
  for (let i = values.length - 1; i >= 0; i--) {
    found[i] = (rest * before[i]) % P;
    rest = (rest * values[i]) % P;
  }
  return found;
}
