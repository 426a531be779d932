/**
 * The product of two masked values, elementwise or as matrices, as shares.
 * @module
 */
import {
  dealProduct,
  evaluateProduct,
  type ProductForm,
  type ProductShape,
  productMaterial,
  productShape,
} from '../protocol/product.ts';
import { shareTensor } from '../protocol/tensors.ts';
import { multiplyReals } from './clear-product.ts';
import { freshShare } from './evaluator-results.ts';
import { inSlices } from './execution.ts';
import { SHARES } from './masks.ts';
import { dealtLocally, type Operation } from './operation.ts';
import type { Value, ValueId } from './value.ts';

export interface ProductOp {
  readonly op: 'product';
  readonly form: ProductForm;
  readonly x: ValueId;
  readonly y: ValueId;
  readonly out: ValueId;
  /** True: valid shares come out. False: it skips the correction, and the mask of the next opening takes it up. */
  readonly corrected: boolean;
}

const shapeOf = ({ form, x, y }: ProductOp, values: readonly Value[]): ProductShape =>
  productShape(form, values[x], values[y]);

export const product: Operation<ProductOp> = {
  reads: ({ x, y }) => [x, y],
  needs: SHARES,
  uncorrected: 'dealt',
  cost: (op, { values }) => dealtLocally(productMaterial(shapeOf(op, values), op.corrected)),
  multiplies: shapeOf,
  evaluate(op, places, context) {
    const { machine, slots } = context;
    const shape = shapeOf(op, context.values);
    const [x, y] = [slots.masked(op.x), slots.masked(op.y)];
    const out = freshShare(op.out, places, context);
    const gamma = op.corrected ? shareTensor(places.material[0]) : undefined;
    return [inSlices(() => evaluateProduct(machine, shape, x, y, gamma, out))];
  },
  deal(op, places, { machine, slots, values }) {
    const shape = shapeOf(op, values);
    const [x, y] = [slots.spread(op.x), slots.spread(op.y)];
    const gamma = op.corrected ? places.items[0].whole : places.uncorrected();
    if (!op.corrected) slots.setUncorrected(op.out, gamma);
    return inSlices(() => dealProduct(machine, shape, x, y, gamma));
  },
  clear(op, context) {
    if (op.form === 'elementwise') return multiplyReals(op.out, op.x, op.y, context);
    context.multiply(shapeOf(op, context.values), op);
    return context.room(op.out);
  },
  describe: ({ corrected, form }) => ({ detail: `${corrected ? '' : '*'} ${form}` }),
};
