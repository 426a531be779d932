/**
 * Faithful truncation of a masked value z (|z| < 2^62) by s bits, 1 ≤ s ≤ 61: floor(z/2^s) or one unit more, always. The unit is added
 * with probability frac(z/2^s), so the rounding is unbiased.
 *
 * With mask r: c = m + 2^62, u = r >>> s, b = top bit of r, w = b·(1 − top bit of c) is the carry of (z + 2^62) + r out of 2^64, and
 * floor((z + 2^62)/2^s) is (c >>> s) + 2^(64−s)·w − u, up to one unit. The dealer deals [u] and [b]; ρ is uniform.
 *
 * As a masked value: opens t = w + ρ mod 2^s (1 round, s bits an element), the new mask is u + 2^(64−s)·ρ.
 * As shares: no round. Correction: 16 bytes an element. Leaks nothing: t is uniform.
 * @module
 */
import { dealt, type Material, type Opening, uniform } from './cost.ts';
import type { DealtTensor, Machine, Masked, PublicTensor, ShareTensor } from './tensors.ts';

export const truncateMaterial = (count: number): readonly [u: Material, b: Material, rho: Material] => [
  dealt(count),
  dealt(count),
  uniform(count),
];
export const truncateToSharesMaterial = (count: number): readonly [u: Material, b: Material] => [
  dealt(count),
  dealt(count),
];
export const truncateOpenings = (count: number, bits: number): readonly [Opening] => [
  { kind: 'fields', count, width: bits },
];

/** Deals u and b. */
export function dealTruncate(
  { kernels }: Machine,
  mask: DealtTensor,
  u: DealtTensor,
  b: DealtTensor,
  bits: number,
  count: number,
): void {
  kernels.truncateDeal(u.at, b.at, mask.at, bits, count);
}

/** The mask of the truncated value, from u and ρ: whole at the dealer, a share at an evaluator. */
export function truncatedMask<Tensor extends DealtTensor | ShareTensor>(
  { kernels }: Machine,
  u: Tensor,
  rho: Tensor,
  out: Tensor,
  bits: number,
  count: number,
): void {
  kernels.truncateMask(out.at, u.at, rho.at, bits, count);
}

/** Writes this evaluator's part of t. */
export function contributeCarry(
  { kernels }: Machine,
  value: Masked,
  b: ShareTensor,
  rho: ShareTensor,
  bits: number,
  count: number,
  temporary: number,
  outgoing: number,
): void {
  kernels.truncateCarry(temporary, value.value.at, b.at, rho.at, count);
  kernels.packFields(outgoing, temporary, bits, count);
}

/** The masked value once t is open. */
export function truncatedValue(
  { kernels }: Machine,
  value: Masked,
  t: PublicTensor,
  out: PublicTensor,
  bits: number,
  count: number,
): void {
  kernels.truncateValue(out.at, value.value.at, t.at, bits, count);
}

/** Additive shares of the truncated value, at once. */
export function truncateToShares(
  { kernels, first }: Machine,
  value: Masked,
  u: ShareTensor,
  b: ShareTensor,
  out: ShareTensor,
  bits: number,
  count: number,
): void {
  kernels.truncateShare(out.at, value.value.at, u.at, b.at, bits, count, first);
}
