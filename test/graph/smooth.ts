/**
 * Where finite differences tell a slope.
 * @module
 */
import { type Bindings, evaluate } from '../../src/graph/evaluate.ts';
import type { Graph } from '../../src/graph/graph.ts';

/** Whether every argument of a ReLU keeps clear of the kink when a parameter moves a little. */
export function isSmoothAround(graph: Graph, bindings: Bindings): boolean {
  const values = evaluate(graph, bindings, 1);
  return graph.nodes.every(({ is }) => is.op !== 'relu' || values[is.a].every((x) => Math.abs(x) > 0.002));
}
