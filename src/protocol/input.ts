/**
 * Input: an owner's values become masked.
 *
 * By an evaluator p: λ is known to p and the dealer alone (the mask shares of the others are zero). By a dealer that is a party: a
 * fresh mask of which every evaluator has its share. Either way m = x + λ goes to the evaluators that lack it, in one message.
 * Cost: one round for all inputs of a phase, 8 bytes an element and receiver; no correction. Leaks the shape.
 * @module
 */
import { type Material, ownersMask, uniform } from './consumption.ts';
import type { DealtTensor, Machine, PublicTensor, ShareTensor } from './tensors.ts';

export function inputMaterial(ownerIsDealer: boolean, count: number): readonly [mask: Material] {
  return [ownerIsDealer ? uniform(count) : ownersMask(count)];
}

/** m = x + λ in place of x, at the owner. */
export function maskInput(
  { kernels }: Machine,
  values: number,
  mask: ShareTensor | DealtTensor,
  count: number,
): PublicTensor {
  kernels.add(values, values, mask.at, count);
  return { is: 'public', at: values };
}
