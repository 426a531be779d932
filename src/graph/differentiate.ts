/**
 * Reverse-mode differentiation of a graph: the gradients are nodes of the same graph.
 * @module
 */
import { invariant } from '../errors.ts';
import type { Graph, NodeId, Scalar } from './graph.ts';
import { add } from './nodes/add.ts';
import { constant } from './nodes/constant.ts';

/**
 * The gradients of seed·loss, loss a single number, with respect to `nodes`. Seeding with the learning rate makes the
 * gradients the very steps that gradient descent takes.
 */
export function differentiate(graph: Graph, loss: NodeId, nodes: readonly NodeId[], seed: Scalar): NodeId[] {
  const { rows, cols } = graph.nodes[loss];
  invariant(rows === 1 && cols === 1, 'a loss is a single number');
  const gradients = new Map<NodeId, NodeId>([[loss, constant(graph, seed, 1, 1)]]);
  for (let id = loss; id >= 0; id--) {
    const g = gradients.get(id);
    if (g === undefined) continue;
    const node = graph.nodes[id];
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
