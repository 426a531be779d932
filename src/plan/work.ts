/**
 * How much a phase computes.
 * @module
 */
import { productShape } from '../protocol/product.ts';
import type { Phase, Plan } from './plan.ts';

/** Multiply-adds of the products in one repetition, counted once each whatever a role makes of them. */
export function multiplyAdds({ values }: Plan, { ops }: Phase): number {
  return ops.reduce((sum, { op }) => {
    if (op.op !== 'product') return sum;
    const { m, k, n } = productShape(op.form, values[op.x], values[op.y]);
    return sum + m * k * n;
  }, 0);
}
