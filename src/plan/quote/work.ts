/**
 * How much a phase computes.
 * @module
 */
import { declared, inputsOf, type Op } from '../../operations/table.ts';
import { sizeOf, type Value } from '../../operations/value.ts';
import type { ProductShape } from '../../protocol/product.ts';
import type { Phase, Plan } from '../plan.ts';

/** Multiply-adds that a slow thread computes in a second. */
const SLOW = 2 ** 27;

/** Seconds in which a slow node computes one repetition of any phase, by its products alone: so long it may send nothing. */
export function longestSilence(plan: Plan): number {
  // A dealer of three evaluators multiplies twice.
  const products = plan.roles.evaluators.length === 3 ? 2 : 1;
  return Math.max(...plan.phases.map((phase) => (products * multiplyAdds(plan, phase)) / SLOW));
}

/** The products that operations compute. */
export const productsOf = (ops: Phase['ops'], values: readonly Value[]): readonly ProductShape[] =>
  ops.flatMap(({ op }) => declared(op).multiplies?.(op, values) ?? []);

/** Multiply-adds of the products in one repetition, counted once each whatever a role makes of them. */
export const multiplyAdds = ({ values }: Pick<Plan, 'values'>, { ops }: Phase): number =>
  productsOf(ops, values).reduce((sum, { m, k, n }) => sum + m * k * n, 0);

/** Elements of the largest tensor that an operation reads or writes. */
export function elementsOf({ values }: Pick<Plan, 'values'>, op: Op): number {
  const written = 'out' in op ? [op.out] : [];
  return Math.max(0, ...[...inputsOf(op), ...written].map((id) => sizeOf(values[id])));
}
