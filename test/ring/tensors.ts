/**
 * Random ring elements with the boundaries among them, and their way in and out of linear memory.
 * @module
 */
import fc from 'fast-check';
import type { RingMemory } from '../../src/ring/ring-memory.ts';

export const modRing = (x: bigint): bigint => BigInt.asUintN(64, x);
export const signed = (x: bigint): bigint => BigInt.asIntN(64, x);

/** 0, ±1, ±2^61, 2^63, 2^64 − 1 and the edges of the 32-bit halves. */
export const BOUNDARIES = [
  ...[0n, 1n, -1n, 2n ** 61n, -(2n ** 61n)],
  ...[2n ** 63n, 2n ** 63n - 1n, 2n ** 32n, 2n ** 32n - 1n, 2n ** 31n],
].map(modRing);

export const anyElement = fc.oneof(fc.constantFrom(...BOUNDARIES), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));

export const elements = (length: number): fc.Arbitrary<bigint[]> =>
  fc.array(anyElement, { minLength: length, maxLength: length });

/** Copies the values to a new place in memory. */
export function place(memory: RingMemory, values: readonly bigint[]): number {
  const address = memory.allocate(8 * values.length);
  memory.u64(address, values.length).set(values);
  return address;
}

export function read(memory: RingMemory, address: number, length: number): bigint[] {
  return Array.from(memory.u64(address, length));
}
