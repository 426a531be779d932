/**
 * A masked bit times a masked value: select, ReLU, clamp.
 *
 * Over the integers b = m_b + (1 − 2·m_b)·λ_b is linear in the dealt [λ_b], and b·y in [λ_b], [λ_y] and the dealt [λ_b·λ_y]; so it
 * is local. [λ_b] is dealt once for a bit, whatever it is multiplied with. Rounds: 0. Correction: 8 bytes a bit, and 8 an element.
 * Leaks nothing. The scale is that of y.
 * @module
 */
import { dealt, type Material } from './consumption.ts';
import type { DealtTensor, Machine, Masked, MaskedBits, ShareTensor } from './tensors.ts';

export const maskNumbersMaterial = (count: number): readonly [numbers: Material] => [dealt(count)];
export const bitTimesMaterial = (count: number): readonly [product: Material] => [dealt(count)];

export function dealMaskNumbers({ kernels }: Machine, bits: DealtTensor, out: DealtTensor, count: number): void {
  kernels.expandBits(out.at, bits.at, count);
}

export function dealBitTimes(
  { kernels }: Machine,
  bits: DealtTensor,
  y: DealtTensor,
  out: DealtTensor,
  count: number,
): void {
  kernels.bitTimesDeal(out.at, bits.at, y.at, count);
}

export function evaluateBitTimes(
  { kernels, first }: Machine,
  bits: MaskedBits,
  y: Masked,
  numbers: ShareTensor,
  product: ShareTensor,
  out: ShareTensor,
  count: number,
): void {
  kernels.bitTimes(out.at, bits.value.at, y.value.at, y.mask.at, numbers.at, product.at, count, first);
}
