/**
 * Optimisers: how a gradient becomes a step.
 * @module
 */
import { type Graph, type NodeId, scalar } from './graph.ts';
import type { StateNode } from './model.ts';

export type Optimiser =
  | { readonly type: 'sgd' }
  /** v ← momentum·v + g; w ← w − rate·v, or with Nesterov w ← w − rate·(g + momentum·v). */
  | { readonly type: 'momentum'; readonly momentum: number; readonly nesterov: boolean };

/** The parameter's new value and those of what the optimiser remembers. With `sgd` the gradient carries the learning rate already. */
export function steps(
  graph: Graph,
  name: string,
  role: 'weights' | 'bias',
  parameter: NodeId,
  gradient: NodeId,
  optimiser: Optimiser,
): StateNode[] {
  const { rows, cols } = graph.nodes[parameter];
  if (optimiser.type === 'sgd') {
    return [{ name, node: parameter, updated: graph.subtract(parameter, gradient), rows, cols, role }];
  }
  const { momentum, nesterov } = optimiser;
  const velocity = graph.parameter(`velocity of ${name}`, rows, cols);
  const next = graph.add(graph.scale(velocity, scalar(momentum)), gradient);
  // g = v' − momentum·v: of the two velocities it is known to be small, whereas the gradient by itself has no scale yet.
  const direction = nesterov
    ? graph.subtract(graph.scale(next, scalar(1 + momentum)), graph.scale(velocity, scalar(momentum)))
    : next;
  const updated = graph.subtract(parameter, graph.scale(direction, scalar(1, 1)));
  return [
    { name: `velocity of ${name}`, node: velocity, updated: next, rows, cols, role: 'memory' },
    { name, node: parameter, updated, rows, cols, role },
  ];
}
