/**
 * Arithmetic on ring elements that were seen on a wire.
 * @module
 */
import type { Sharing } from '../../protocol/consumption.ts';

/** A copy, as words. */
export const wordsIn = (bytes: Uint8Array, from: number, length: number): BigUint64Array =>
  new BigUint64Array(new Uint8Array(bytes.subarray(from, from + length)).buffer);

export function joined(parts: readonly BigUint64Array[]): BigUint64Array {
  const all = new BigUint64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** In place. */
export function plus(to: BigUint64Array, other: BigUint64Array): BigUint64Array {
  for (let i = 0; i < to.length; i++) to[i] += other[i];
  return to;
}

/** In place. */
export function minus(to: BigUint64Array, other: BigUint64Array): BigUint64Array {
  for (let i = 0; i < to.length; i++) to[i] -= other[i];
  return to;
}

/** Adds a share in place, as its kind is shared. */
export function addShared(sharing: Sharing, to: BigUint64Array, share: BigUint64Array): void {
  if (sharing === 'xor') {
    for (let i = 0; i < to.length; i++) to[i] ^= share[i];
    return;
  }
  if (sharing === 'add') {
    plus(to, share);
    return;
  }
  const lanes = ({ buffer, byteOffset, byteLength }: BigUint64Array) =>
    sharing === 'add32'
      ? new Uint32Array(buffer, byteOffset, byteLength / 4)
      : new Uint16Array(buffer, byteOffset, byteLength / 2);
  const [sum, part] = [to, share].map(lanes);
  for (let i = 0; i < sum.length; i++) sum[i] += part[i];
}
