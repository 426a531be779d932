/**
 * What of a mask is ever used, and which corrections can be left out for it.
 *
 * An evaluator's share of a mask matters where the value is multiplied, or becomes shares again; the whole mask matters to the dealer
 * where it deals bits, waves or multiples of it. A product that is opened under a mask whose shares nobody needs takes no correction: the
 * evaluators open z − D under a fresh mask g, where D is what would have been dealt, and that is z under the mask g − D, which the dealer
 * knows.
 * @module
 */
import { inputsOf, type Op, type Value, type ValueId } from './plan.ts';

export interface MaskNeeds {
  /** Shares of the mask, at the evaluators. */
  readonly shares: boolean;
  /** The mask as a whole, at the dealer. */
  readonly whole: boolean;
}

const NOTHING: MaskNeeds = { shares: false, whole: false };
const SHARES: MaskNeeds = { shares: true, whole: false };
const WHOLE: MaskNeeds = { shares: false, whole: true };
const ALL: MaskNeeds = { shares: true, whole: true };

/** What an operation needs of the masks of the values that it reads, given what is needed of its result. */
function needsOfInputs(op: Op, isMasked: boolean, ofResult: MaskNeeds): MaskNeeds {
  switch (op.op) {
    case 'product':
    case 'open':
      return SHARES;
    case 'truncate':
    case 'fourier':
    case 'maskDigits':
      return WHOLE;
    case 'lessThan':
    case 'maskNumbers':
      return NOTHING;
    case 'bitTimes':
    case 'reveal':
      return ALL;
    default: // Linear maps.
      return isMasked ? ofResult : SHARES;
  }
}

/** By value, for the masked values that the operations of a phase make or read; what nothing in the phase reads may be read in another. */
export function maskNeeds(
  ops: readonly Op[],
  values: readonly Value[],
  updated: readonly ValueId[],
): ReadonlyMap<ValueId, MaskNeeds> {
  const needs = new Map<ValueId, MaskNeeds>(updated.map((id) => [id, ALL]));
  const add = (id: ValueId, more: MaskNeeds) => {
    const known = needs.get(id) ?? NOTHING;
    needs.set(id, { shares: known.shares || more.shares, whole: known.whole || more.whole });
  };
  for (const op of ops.toReversed()) {
    const out = 'out' in op ? op.out : undefined;
    const ofResult = (out === undefined ? undefined : needs.get(out)) ?? ALL;
    if (out !== undefined) needs.set(out, ofResult);
    const isMasked = out !== undefined && values[out].kind === 'masked';
    for (const id of inputsOf(op)) if (values[id].kind === 'masked') add(id, needsOfInputs(op, isMasked, ofResult));
  }
  return needs;
}

/** All of every mask: where there is one evaluator, which has it anyway. */
export function allNeeds(ops: readonly Op[]): ReadonlyMap<ValueId, MaskNeeds> {
  return new Map(ops.flatMap((op) => ('out' in op ? [[op.out, ALL] as const] : [])));
}

/** The operations, with those marked that need no correction: noise takes up what its argument lacks in its own. */
export function leaveOutCorrections(
  ops: readonly Op[],
  values: readonly Value[],
  updated: readonly ValueId[],
): readonly Op[] {
  const needs = maskNeeds(ops, values, updated);
  /** Whether shares may lack what the dealer knows of them: only where every way on ends in such an opening. */
  const mayLack = new Map<ValueId, boolean>();
  for (const op of ops.toReversed()) {
    const out = 'out' in op ? op.out : undefined;
    for (const id of inputsOf(op)) {
      if (values[id].kind !== 'shares') continue;
      const through =
        out !== undefined &&
        (op.op === 'open'
          ? !needs.get(out)?.shares
          : op.op === 'noise' || (op.op !== 'product' && mayLack.get(out) === true));
      mayLack.set(id, (mayLack.get(id) ?? true) && through);
    }
  }
  return ops.map((op) =>
    op.op === 'product' || op.op === 'noise' ? { ...op, corrected: mayLack.get(op.out) !== true } : op,
  );
}
