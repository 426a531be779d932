/**
 * Where the dealer's half of an operation keeps the mask of its result: as much of it as is needed.
 * @module
 */
import { invariant } from '../errors.ts';
import type { DealtTensor } from '../protocol/tensors.ts';
import type { DealerContext, DealerPlaces } from './execution.ts';
import type { DealerMask } from './slots.ts';
import type { ValueId } from './value.ts';

/** Room for what is needed of a new mask. */
export function roomFor(
  id: ValueId,
  places: DealerPlaces,
  { slots, needsOf }: DealerContext,
  whole?: DealtTensor,
): DealerMask {
  const needed = needsOf(id);
  const mask: DealerMask = {
    whole: whole ?? (needed?.whole ? places.whole() : undefined),
    spread: needed?.shares ? places.spread : undefined,
  };
  slots.set(id, mask);
  return mask;
}

/** The tensors of a mask, each with where its like is found in another mask. */
export function eachTensor({ whole, spread = [] }: DealerMask) {
  const required = (tensor: DealtTensor | undefined): DealtTensor => {
    invariant(tensor !== undefined, 'a linear map needs of its arguments what is needed of its result');
    return tensor;
  };
  return [
    ...(whole === undefined ? [] : [{ tensor: whole, of: (other: DealerMask) => required(other.whole) }]),
    ...spread.map((tensor, k) => ({ tensor, of: (other: DealerMask) => required(other.spread?.[k]) })),
  ];
}

type Action = () => void;

/** One action after the other. */
export const inTurn =
  (actions: readonly Action[]): Action =>
  () => {
    for (const action of actions) action();
  };
