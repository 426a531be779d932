/**
 * Reverse-mode differentiation of a graph: the gradients are nodes of the same graph.
 * @module
 */
import { invariant } from '../errors.ts';
import type { Graph, NodeId, Scalar } from './graph.ts';
import { add } from './nodes/add.ts';
import { repeatColumn } from './nodes/columns.ts';
import { constant } from './nodes/constant.ts';
import { multiply } from './nodes/multiply.ts';

/** Weights of rows, rows × 1, and the node of as many rows through which alone each row reaches the loss. */
export interface WeightedRows {
  readonly at: NodeId;
  readonly weights: NodeId;
}

/**
 * The gradients of seed·loss, loss a single number, with respect to `nodes`. Seeding with the learning rate makes the
 * gradients the very steps that gradient descent takes.
 *
 * With `weighted`, and a loss Σ ℓ_i over rows, these are the gradients of Σ w_i·ℓ_i: by the chain rule the gradient at the node is multiplied row by row,
 * and everything behind it follows from there.
 */
export function differentiate(
  graph: Graph,
  loss: NodeId,
  nodes: readonly NodeId[],
  seed: Scalar,
  weighted?: WeightedRows,
): NodeId[] {
  const { rows, cols } = graph.nodes[loss];
  invariant(rows === 1 && cols === 1, 'a loss is a single number');
  const gradients = new Map<NodeId, NodeId>([[loss, constant(graph, seed, 1, 1)]]);
  for (let id = loss; id >= 0; id--) {
    const own = gradients.get(id);
    if (own === undefined) continue;
    const node = graph.nodes[id];
    const g = id === weighted?.at ? multiply(graph, own, repeatColumn(graph, weighted.weights, node.cols)) : own;
    gradients.set(id, g);
    for (const [part, gradient] of node.kind.derivative(graph, node, g)) {
      const known = gradients.get(part);
      gradients.set(part, known === undefined ? gradient : add(graph, known, gradient));
    }
  }
  return nodes.map((id) => {
    const gradient = gradients.get(id);
    invariant(gradient !== undefined, 'the loss depends on every node asked for');
    return gradient;
  });
}
