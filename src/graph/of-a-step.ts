/**
 * What stands in a step alone, after its gradients.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { Contribution, Graph, Node } from './graph.ts';

/** The derivative of a kind of node that no loss is made of. */
export function noDerivative(_: Graph, { is }: Node): readonly Contribution[] {
  throw new TrefoilError('TREFOIL_INTERNAL', `${is.op} is a part of a step, not of a loss`);
}
