/**
 * Steps over the root of a mean of squared gradients, which Adam and its relatives take (docs/decisions/09-adam-on-shares.md).
 * @module
 */
import { type Graph, type NodeId, scalar } from '../graph.ts';
import { add, constant, limited, overRoot, scale, subtract } from '../nodes/index.ts';
import type { Updated } from './optimiser.ts';

/** What an element of a gradient is expected to stay within, unless less is known. */
const GRADIENT_LIMIT = 2 ** 3;
/** What rounding can add to a bound, amply. */
export const SLACK = 1.01;

/** The gradient, and what it stays within: watched, unless it is proved. */
export function limitedGradient({ graph, name, gradient, limit }: Updated): { slope: NodeId; limit: number } {
  const most = Math.min(limit, GRADIENT_LIMIT);
  return { slope: graph.label(limited(graph, gradient, most), `gradient of ${name}`), limit: most };
}

/** A running mean moved towards a new value: old + (1 − memory)·(value − old). */
export const towards = (graph: Graph, old: NodeId, value: NodeId, memory: number): NodeId =>
  add(graph, old, scale(graph, subtract(graph, value, old), scalar(1 - memory)));

/** rate·numerator / √(square + ε²), where |numerator| is at most `most` times the root of the square. */
export function stepOverRoot(
  { graph, name }: Updated,
  numerator: NodeId,
  { square, called }: { readonly square: NodeId; readonly called: string },
  epsilon: number,
  most: number,
): NodeId {
  const { rows, cols } = graph.nodes[square];
  const least = epsilon ** 2;
  const divided = add(graph, square, constant(graph, scalar(least), rows, cols));
  graph.label(divided, `${called}, with epsilon`);
  return graph.label(overRoot(graph, numerator, divided, { by: scalar(1, 1), least, most }), `step of ${name}`);
}
