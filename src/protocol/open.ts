/**
 * Open to masked: additive shares become a masked value under a fresh mask.
 *
 * Evaluators exchange [z]ⱼ + [λ]ⱼ; the sum is m. Rounds: 1. Bytes: 8 an element. Correction: none. The opened m is uniform.
 * For bits the same with xor, at a bit an element.
 * @module
 */
import { planeWords } from '../ring/bit-kernels.ts';
import { type Material, type Opening, uniform, uniformBits } from './consumption.ts';
import type { BitShares, Machine, ShareTensor } from './tensors.ts';

export const openMaterial = (count: number): readonly [mask: Material] => [uniform(count)];
export const openOpenings = (count: number): readonly [Opening] => [{ kind: 'ring', count }];

/** Writes this evaluator's part of the opening. */
export function contribute(
  { kernels }: Machine,
  share: ShareTensor,
  mask: ShareTensor,
  outgoing: number,
  count: number,
): void {
  kernels.add(outgoing, share.at, mask.at, count);
}

export const openBitsMaterial = (count: number): readonly [mask: Material] => [uniformBits(planeWords(count))];
export const openBitsOpenings = (count: number): readonly [Opening] => [{ kind: 'bits', count, planes: 1 }];

export function contributeBits(
  { kernels }: Machine,
  share: BitShares,
  mask: BitShares,
  planes: number,
  count: number,
  temporary: number,
  outgoing: number,
): void {
  const words = planeWords(count);
  kernels.xorBytes(temporary, share.at, mask.at, 8 * words * planes);
  kernels.packPlanes(outgoing, temporary, planes, count, words);
}
