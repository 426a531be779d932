/**
 * Faithful truncation of a masked value z by s bits, 1 ≤ s ≤ 61: floor(z/2^s) or one unit more, always. The unit is added
 * with probability frac(z/2^s), so the rounding is unbiased. It holds for −o ≤ z < 2^63 − o, with an offset o that the caller chooses: 2^62, or a
 * smaller one, down to 2^s, for a value that may be larger and is hardly negative. Outside its range a result is off by 2^(64−s).
 *
 * With mask r: c = m + o, u = r >>> s, b = top bit of r, w = b·(1 − top bit of c) is the carry of (z + o) + r out of 2^64: z + o < 2^63, so there
 * is one exactly where r has its top bit and the sum has it no more. floor((z + o)/2^s) is (c >>> s) + 2^(64−s)·w − u, up to one unit. The dealer
 * deals [u], and [b] modulo 2^s, which is all that counts of it; ρ is uniform there.
 *
 * As a masked value: opens t = w + ρ mod 2^s (1 round, s bits an element), the new mask is u + 2^(64−s)·ρ. Shares of r are not needed.
 * As shares: no round. Correction: 8 bytes an element and 2, 4 or 8 for s up to 16, 32 or more. Leaks nothing: t is uniform.
 * @module
 */
import { dealt, dealtLanes, laneBitsFor, type Material, type Opening, uniformLanes } from './consumption.ts';
import type { DealtTensor, Machine, PublicTensor, ShareTensor } from './tensors.ts';

/** Values from −2^62 to 2^62 are truncated rightly by this offset. */
export const SIGNED_OFFSET_BITS = 62;

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
  offsetBits = SIGNED_OFFSET_BITS,
): void {
  kernels.truncateCarry(temporary, value.at, b.at, rho.at, laneBitsFor(bits), count, offsetBits);
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
  offsetBits = SIGNED_OFFSET_BITS,
): void {
  kernels.truncateValue(out.at, value.at, t.at, bits, count, offsetBits);
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
  offsetBits = SIGNED_OFFSET_BITS,
): void {
  kernels.truncateShare(out.at, value.at, u.at, b.at, bits, laneBitsFor(bits), count, first, offsetBits);
}
