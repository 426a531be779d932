/**
 * What of a mask is ever used, and which corrections can be left out for it.
 *
 * An evaluator's share of a mask matters where the value is multiplied, or becomes shares again; the whole mask matters to the dealer
 * where it deals bits, sines and cosines, or multiples of it. A product that is opened under a mask whose shares nobody needs takes no correction: the
 * evaluators open z − D under a fresh mask g, where D is what would have been dealt, and that is z under the mask g − D, which the dealer
 * knows.
 * @module
 */
import { ALL, type MaskNeeds, NOTHING, SHARES } from '../../operations/masks.ts';
import { declared, inputsOf, type Op } from '../../operations/table.ts';
import type { Value, ValueId } from '../../operations/value.ts';

/** What is needed of the mask of each masked value that the operations of a phase make or read. A value that nothing in the phase reads may be read in another. */
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
    const { needs: own } = declared(op);
    const asResult = out !== undefined && values[out].kind === 'masked' ? ofResult : SHARES;
    const ofInputs = own === 'as its result' ? asResult : own;
    for (const id of inputsOf(op)) if (values[id].kind === 'masked') add(id, ofInputs);
  }
  return needs;
}

/** All of every mask: where there is one evaluator, which has it anyway. */
export function allNeeds(ops: readonly Op[]): ReadonlyMap<ValueId, MaskNeeds> {
  return new Map(ops.flatMap((op) => ('out' in op ? [[op.out, ALL] as const] : [])));
}

/** The operations, with those marked that need no correction: noise takes up the correction of its argument in its own. */
export function leaveOutCorrections(
  ops: readonly Op[],
  values: readonly Value[],
  updated: readonly ValueId[],
): readonly Op[] {
  const needs = maskNeeds(ops, values, updated);
  /** True: the shares need no correction, since every way on ends in such an opening. False: some way on needs valid shares. */
  const mayStayUncorrected = new Map<ValueId, boolean>();
  for (const op of ops.toReversed()) {
    const endsWell = takesUp(op, needs, mayStayUncorrected);
    for (const id of inputsOf(op)) {
      if (values[id].kind === 'shares') mayStayUncorrected.set(id, (mayStayUncorrected.get(id) ?? true) && endsWell);
    }
  }
  return ops.map((op) => ('corrected' in op ? { ...op, corrected: mayStayUncorrected.get(op.out) !== true } : op));
}

/** Whether an operation, or all that follow from its result, take up the correction that the shares it reads go without. */
function takesUp(
  op: Op,
  needs: ReadonlyMap<ValueId, MaskNeeds>,
  mayStayUncorrected: ReadonlyMap<ValueId, boolean>,
): boolean {
  if (!('out' in op)) return false;
  switch (declared(op).uncorrected) {
    case 'dealt':
      return true;
    case 'taken up':
      return !needs.get(op.out)?.shares;
    case 'passed on':
      return mayStayUncorrected.get(op.out) === true;
    default:
      return false;
  }
}
