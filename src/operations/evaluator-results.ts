/**
 * Where an evaluator's half of an operation puts its result, and how it reads a masked value as a share.
 * @module
 */
import { type Masked, type PublicTensor, publicTensor, type ShareTensor, shareTensor } from '../protocol/tensors.ts';
import type { EvaluatorContext, EvaluatorPlaces } from './execution.ts';
import type { ValueId } from './value.ts';

type Places = Pick<EvaluatorPlaces, 'value' | 'mask'>;

/** A masked result, with a share of its mask. */
export function freshMasked(out: ValueId, places: Places, { slots }: EvaluatorContext): Masked {
  const masked = { value: publicTensor(places.value()), mask: shareTensor(places.mask()) };
  slots.set(out, masked);
  return masked;
}

/** A masked result, with a share of its mask where that is needed. */
export function freshNeeded(
  out: ValueId,
  places: Places,
  { slots, needsShares }: EvaluatorContext,
): { readonly value: PublicTensor; readonly mask: ShareTensor | undefined } {
  const value = publicTensor(places.value());
  const mask = needsShares(out) ? shareTensor(places.mask()) : undefined;
  slots.set(out, mask === undefined ? { value, mask } : { value, mask });
  return { value, mask };
}

/** A shared result. */
export function freshShare(out: ValueId, places: Places, { slots }: EvaluatorContext): ShareTensor {
  const share = shareTensor(places.value());
  slots.set(out, share);
  return share;
}

/** −[λ] (+ m for the first): a masked value as a share. */
export function toShare({ machine }: EvaluatorContext, { value, mask }: Masked, count: number, out: ShareTensor): void {
  const { kernels, first } = machine;
  if (first) kernels.sub(out.at, value.at, mask.at, count);
  else kernels.neg(out.at, mask.at, count);
}
