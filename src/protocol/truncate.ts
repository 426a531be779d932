/**
 * Faithful truncation of a masked value z (|z| < 2^62) by s bits, 1 ≤ s ≤ 61: floor(z/2^s) or one unit more, always. The unit is added
 * with probability frac(z/2^s), so the rounding is unbiased.
 *
 * With mask r: c = m + 2^62, u = r >>> s, b = top bit of r, w = b·(1 − top bit of c) is the carry of (z + 2^62) + r out of 2^64, and
 * floor((z + 2^62)/2^s) is (c >>> s) + 2^(64−s)·w − u, up to one unit. The dealer deals [u], and [b] modulo 2^s, which is all that counts of it;
 * ρ is uniform there.
 *
 * As a masked value: opens t = w + ρ mod 2^s (1 round, s bits an element), the new mask is u + 2^(64−s)·ρ. Shares of r are not needed.
 * As shares: no round. Correction: 8 bytes an element and 2, 4 or 8 for s up to 16, 32 or more. Leaks nothing: t is uniform.
 * @module
 */
import { dealt, dealtLanes, laneBitsFor, type Material, type Opening, uniformLanes } from './cost.ts';
import type { DealtTensor, Machine, PublicTensor, ShareTensor } from './tensors.ts';

export const truncateMaterial = (count: number, bits: number): readonly [u: Material, b: Material, rho: Material] => [
  ...truncateToSharesMaterial(count, bits),
  uniformLanes(count, laneBitsFor(bits)),
];
export const truncateToSharesMaterial = (count: number, bits: number): readonly [u: Material, b: Material] => [
  dealt(count),
  dealtLanes(count, laneBitsFor(bits)),
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
  kernels.truncateDeal(u.at, b.at, mask.at, bits, laneBitsFor(bits), count);
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
  kernels.truncateMask(out.at, u.at, rho.at, bits, laneBitsFor(bits), count);
}

/** Writes this evaluator's part of t. */
export function contributeCarry(
  { kernels }: Machine,
  value: PublicTensor,
  b: ShareTensor,
  rho: ShareTensor,
  bits: number,
  count: number,
  temporary: number,
  outgoing: number,
): void {
  kernels.truncateCarry(temporary, value.at, b.at, rho.at, laneBitsFor(bits), count);
  kernels.packFields(outgoing, temporary, bits, count);
}

/** The masked value once t is open. */
export function truncatedValue(
  { kernels }: Machine,
  value: PublicTensor,
  t: PublicTensor,
  out: PublicTensor,
  bits: number,
  count: number,
): void {
  kernels.truncateValue(out.at, value.at, t.at, bits, count);
}

/** Additive shares of the truncated value, at once. */
export function truncateToShares(
  { kernels, first }: Machine,
  value: PublicTensor,
  u: ShareTensor,
  b: ShareTensor,
  out: ShareTensor,
  bits: number,
  count: number,
): void {
  kernels.truncateShare(out.at, value.at, u.at, b.at, bits, laneBitsFor(bits), count, first);
}
