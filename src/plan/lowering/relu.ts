/**
 * ReLU and its slope: one comparison of a layer's values with 0, and what goes on from there selected by its bits.
 * @module
 */
import { invariant, TrefoilError } from '../../errors.ts';
import type { NodeId } from '../../graph/graph.ts';
import type { Positive } from '../../graph/nodes/positive.ts';
import type { Relu } from '../../graph/nodes/relu.ts';
import type { ValueId } from '../plan.ts';
import { ACTIVATION_BITS, LAYER_LIMIT } from './activations.ts';
import type { LoweringContext, NodeLowering } from './context.ts';
import { expectLayer } from './expect-layer.ts';
import { only } from './expression.ts';

export const relu: NodeLowering<Relu> = {
  lower(context, { is: { a } }) {
    const { coefficient } = context.masked(a);
    invariant(coefficient.constant > 0, 'a factor above 0 leaves a sign as it is');
    const narrow = narrowPreActivation(context, a);
    return only(context.activations.unless(sign(context, a), { value: narrow, coefficient }));
  },
};

export const positive: NodeLowering<Positive> = {
  lower() {
    throw new TrefoilError('TREFOIL_INTERNAL', 'a slope stands in a product alone');
  },
  narrowsSelected: true,
  select(context, { a }, other, product) {
    // What is selected is cut down before, not after: nothing then needs a share of the wider mask.
    const narrow = context.narrowedFor(product, other);
    return context.activations.unless(sign(context, a), narrow);
  },
};

/** Where a layer is negative. */
function sign(context: LoweringContext, node: NodeId): ValueId {
  return context.activations.sign(context.masked(node).value);
}

/** A layer's values at the scale that goes on from there: watched as such, where there is more room for sums. */
function narrowPreActivation(context: LoweringContext, node: NodeId): ValueId {
  const { phase, activations, watched } = context;
  const { value } = context.masked(node);
  const { bound, name } = phase.valueOf(value);
  const narrow = activations.narrowed(value);
  if (watched === 'weights') return narrow;
  expectLayer(context, narrow, name);
  phase.bounded(value, Math.min(bound, LAYER_LIMIT + 2 ** -ACTIVATION_BITS));
  return narrow;
}
