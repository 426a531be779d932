/**
 * Sets of records: whose rows lie where, and where their masks lie in the streams.
 *
 * Every set has a stream of its own for each evaluator, used for nothing else. Row i of the set has its own bytes there, from
 * i·recordStride on, whoever owns it, and a row enters once in a run: so a mask belongs to one value.
 * @module
 */
import { invariant } from '../errors.ts';
import type { Entering } from '../operations/effects.ts';
import type { ValueId } from '../operations/value.ts';
import type { Part, Plan } from './plan.ts';

export const recordStream = (records: ValueId) => `records ${records}`;

export function partsOf({ state }: Pick<Plan, 'state'>, records: ValueId): readonly Part[] {
  const parts = state.find(({ value }) => value === records)?.parts;
  invariant(parts !== undefined, `value ${records} is a set of records`);
  return parts;
}

/** The row of the whole set of records that a repetition of what enters begins with. */
export function firstRowOf(
  plan: Pick<Plan, 'state'>,
  { into, owner, first, advance }: Entering,
  repetition: number,
): number {
  const parts = partsOf(plan, into);
  const part = parts.findIndex((each) => each.owner === owner);
  invariant(part >= 0, `${owner} has a part of value ${into}`);
  return parts.slice(0, part).reduce((sum, each) => sum + each.rows, first + repetition * advance);
}
