/**
 * The deviations that noise has in the steps of a plan: whole numbers, in ring units.
 * @module
 */
import type { Factor, Plan } from './plan.ts';

/** The next integer from a factor on, at a learning rate. */
export const deviationAt = ({ constant, ratePower, bits }: Factor, rate: number): number =>
  Math.ceil(constant * rate ** ratePower * 2 ** bits);

/** Every deviation that occurs. */
export function deviationsOf({ phases, training }: Pick<Plan, 'phases' | 'training'>): readonly number[] {
  const factors = phases.flatMap(({ ops }) => ops.flatMap(({ op }) => (op.op === 'noise' ? [op.deviation] : [])));
  const all = factors.flatMap((factor) =>
    (factor.ratePower === 0 ? [1] : training.rates).map((rate) => deviationAt(factor, rate)),
  );
  return [...new Set(all)];
}
