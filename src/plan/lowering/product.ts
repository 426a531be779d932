/**
 * Products of two nodes: Beaver's product, or the choice of one by the bits that the other is made of.
 * @module
 */
import { type NodeId, times } from '../../graph/graph.ts';
import type { Matmul } from '../../graph/nodes/matmul.ts';
import type { Multiply } from '../../graph/nodes/multiply.ts';
import { type ProductForm, productShape } from '../../protocol/product.ts';
import type { LoweringContext, NodeLowering } from './context.ts';
import { type Expression, only } from './expression.ts';
import { bitsOf, OPERAND_BITS, PRODUCT_BITS } from './operand-bits.ts';

export const matmul: NodeLowering<Matmul> = {
  lower: (context, { id, is }) => product(context, id, is.form, is.a, is.b),
};

export const multiply: NodeLowering<Multiply> = {
  lower(context, { id, is: { a, b } }) {
    const selected = context.selected(id, a, b) ?? context.selected(id, b, a);
    return selected === undefined ? product(context, id, 'elementwise', a, b) : only(selected);
  },
};

function product(context: LoweringContext, node: NodeId, form: ProductForm, a: NodeId, b: NodeId): Expression {
  const { phase, graph } = context;
  let [x, y] = [context.masked(a), context.masked(b)];
  const [xShape, yShape] = [phase.valueOf(x.value), phase.valueOf(y.value)];
  const { k } = productShape(form, xShape, yShape);
  const scale = xShape.fractionalBits + yShape.fractionalBits;
  const [xBits, yBits] = [bitsOf(phase, x.value), bitsOf(phase, y.value)];
  const proved = context.provedBound(node);
  const fits = proved !== undefined && scale + Math.log2(proved) <= PRODUCT_BITS;
  if (!fits && xBits + yBits + Math.ceil(Math.log2(k)) > PRODUCT_BITS) {
    if (xBits > OPERAND_BITS) x = context.narrowed(a);
    if (yBits > OPERAND_BITS) y = b === a ? x : context.narrowed(b);
  }
  const value = phase.product(form, x.value, y.value, graph.labelOf(node), proved);
  return only({ value, coefficient: times(x.coefficient, y.coefficient) });
}
