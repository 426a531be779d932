/**
 * A masked bit times a masked value: select, ReLU, clamp.
 *
 * Over the integers b = m_b + (1 − 2·m_b)·λ_b is linear in the dealt [λ_b], and b·y in [λ_b], [λ_y] and the dealt [λ_b·λ_y]; so it
 * is local. Rounds: 0. Correction: 16 bytes an element. Leaks nothing. The scale is that of y.
 * @module
 */
import { dealt, type Material } from './cost.ts';
import type { DealtTensor, Machine, Masked, MaskedBits, ShareTensor } from './tensors.ts';

export const bitTimesMaterial = (count: number): readonly [bit: Material, product: Material] => [
  dealt(count),
  dealt(count),
];

export function dealBitTimes(
  { kernels }: Machine,
  bits: DealtTensor,
  y: DealtTensor,
  outBit: DealtTensor,
  outProduct: DealtTensor,
  count: number,
): void {
  kernels.bitTimesDeal(outBit.at, outProduct.at, bits.at, y.at, count);
}

export function evaluateBitTimes(
  { kernels, first }: Machine,
  bits: MaskedBits,
  y: Masked,
  bit: ShareTensor,
  product: ShareTensor,
  out: ShareTensor,
  count: number,
): void {
  kernels.bitTimes(out.at, bits.value.at, y.value.at, y.mask.at, bit.at, product.at, count, first);
}
