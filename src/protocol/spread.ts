/**
 * What the dealer keeps of a mask for products, beside the whole of it: combinations of the evaluators' shares, called its spread.
 *
 * For two evaluators [λ₁ − λ₂], for three [λ₁ + λ₃, λ₂ + λ₃], for one alone nothing; see `product.ts` for why. Spreads are linear in the shares, so linear
 * operations run on them as they do on masks.
 * @module
 */
import type { LaneBits } from './consumption.ts';
import type { DealtTensor, Machine } from './tensors.ts';

/** The factors of the evaluators' shares in each. */
export function spreadSigns(evaluators: number): readonly (readonly number[])[] {
  if (evaluators === 1) return [];
  return evaluators === 2
    ? [[1, -1]]
    : [
        [1, 0, 1],
        [0, 1, 1],
      ];
}

export const spreadsOf = (evaluators: number): number => spreadSigns(evaluators).length;

/** out = a ± b in lanes, over a whole number of words. */
function combine(
  { kernels }: Machine,
  sign: 1 | -1,
  out: DealtTensor,
  a: DealtTensor,
  b: DealtTensor,
  count: number,
  lane: LaneBits,
): void {
  if (lane === 64) kernels[sign === 1 ? 'add' : 'sub'](out.at, a.at, b.at, count);
  else kernels[sign === 1 ? 'addLanes' : 'subLanes'](out.at, a.at, b.at, lane, laneWords(count, lane));
}

/** Words of `count` lanes, an even number. */
export const laneWords = (count: number, lane: LaneBits): number => 2 * Math.ceil((count * lane) / 128);

/** The spread of a mask of which every evaluator expands a share. */
export function spreadSeeded(
  machine: Machine,
  shares: readonly DealtTensor[],
  out: readonly DealtTensor[],
  count: number,
  lane: LaneBits = 64,
): void {
  const last = shares[shares.length - 1];
  out.forEach((to, k) => {
    combine(machine, shares.length === 2 ? -1 : 1, to, shares[k], last, count, lane);
  });
}

/** The spread of a mask that is dealt whole. All but the last evaluator expand their shares, and the last one holds what is missing. */
export function spreadDealt(
  machine: Machine,
  whole: DealtTensor,
  expanded: readonly DealtTensor[],
  out: readonly DealtTensor[],
  count: number,
): void {
  const { kernels } = machine;
  if (expanded.length === 1) {
    kernels.add(out[0].at, expanded[0].at, expanded[0].at, count);
    kernels.sub(out[0].at, out[0].at, whole.at, count);
    return;
  }
  out.forEach((to, k) => {
    kernels.sub(to.at, whole.at, expanded[1 - k].at, count);
  });
}

/** The spread of a mask that one evaluator holds alone. */
export function spreadOwned(
  { kernels }: Machine,
  mask: DealtTensor,
  holder: number,
  out: readonly DealtTensor[],
  count: number,
): void {
  out.forEach((to, k) => {
    if (holder === k || (out.length === 2 && holder === 2)) kernels.copy(to.at, mask.at, 8 * count);
    else if (out.length === 1) kernels.neg(to.at, mask.at, count);
    else kernels.fill0(to.at, 8 * count);
  });
}
