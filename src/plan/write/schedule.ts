/**
 * Puts operations into rounds as early as their inputs allow; all openings of a round travel in one message.
 * @module
 */
import { inputsOf, operationCost } from '../../operations/table.ts';
import type { Op, Roles, ScheduledOp, Value, ValueId } from '../plan.ts';

export interface Schedule {
  readonly ops: readonly ScheduledOp[];
  readonly openingRounds: number;
}

/** `ops` in an order in which every value is made before it is used; values from earlier phases are ready at once. */
export function schedule(ops: readonly Op[], values: readonly Value[], roles: Roles): Schedule {
  const ready = new Map<ValueId, number>();
  let openingRounds = 0;
  const scheduled = ops.map((op): ScheduledOp => {
    const round = inputsOf(op).reduce((latest, id) => Math.max(latest, ready.get(id) ?? 0), 0);
    const end = round + operationCost(op, { values, roles }).openings.length;
    if ('out' in op) ready.set(op.out, end);
    openingRounds = Math.max(openingRounds, end);
    return { op, round };
  });
  return { ops: scheduled, openingRounds };
}
