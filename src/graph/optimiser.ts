/**
 * Optimisers: how a gradient becomes a step.
 * @module
 */
import { type Graph, type NodeId, scalar } from './graph.ts';
import type { StateNode } from './model.ts';
import { add, constant, limited, multiply, overRoot, parameter, scale, subtract } from './nodes/index.ts';

export type Optimiser =
  | { readonly type: 'sgd' }
  /** v ← momentum·v + g; w ← w − rate·v, or with Nesterov w ← w − rate·(g + momentum·v). */
  | { readonly type: 'momentum'; readonly momentum: number; readonly nesterov: boolean }
  | Adam;

/**
 * m ← m + (1 − β₁)·(g − m); v ← v + (1 − β₂)·(g² − v); w ← w − rate·m / √(v + ε²). The rate of a step carries both bias corrections: that
 * is the efficient form of Kingma and Ba (2015, end of section 2), but for ε, which stands inside the root as ε², where it keeps the
 * argument away from 0. The divisor is between √½ and 1 times the √v + ε that they have.
 */
export interface Adam {
  readonly type: 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** What Adam expects of an element of a gradient, unless less is known. */
const GRADIENT_LIMIT = 2 ** 3;
/** What rounding can add to a bound, amply. */
const SLACK = 1.01;

/**
 * The parameter's new value and those of what the optimiser remembers. With `sgd` the gradient carries the learning rate already.
 * `limit` is what an element of the gradient is known to stay within.
 */
export function steps(
  graph: Graph,
  name: string,
  role: 'weights' | 'bias',
  of: NodeId,
  gradient: NodeId,
  optimiser: Optimiser,
  limit = Number.POSITIVE_INFINITY,
): StateNode[] {
  const { rows, cols } = graph.nodes[of];
  if (optimiser.type === 'sgd') {
    return [{ name, node: of, updated: subtract(graph, of, gradient), rows, cols, role }];
  }
  if (optimiser.type === 'adam') {
    return adamSteps(graph, name, role, of, gradient, optimiser, Math.min(limit, GRADIENT_LIMIT));
  }
  const { momentum, nesterov } = optimiser;
  const velocity = parameter(graph, `velocity of ${name}`, rows, cols);
  const next = add(graph, scale(graph, velocity, scalar(momentum)), gradient);
  // g = v' − momentum·v: of the two velocities it is known to be small, whereas the gradient by itself has no scale yet.
  const direction = nesterov
    ? subtract(graph, scale(graph, next, scalar(1 + momentum)), scale(graph, velocity, scalar(momentum)))
    : next;
  const updated = subtract(graph, of, scale(graph, direction, scalar(1, 1)));
  return [
    { name: `velocity of ${name}`, node: velocity, updated: next, rows, cols, role: 'memory' },
    { name, node: of, updated, rows, cols, role },
  ];
}

function adamSteps(
  graph: Graph,
  name: string,
  role: 'weights' | 'bias',
  of: NodeId,
  gradient: NodeId,
  { beta1, beta2, epsilon }: Adam,
  limit: number,
): StateNode[] {
  const { rows, cols } = graph.nodes[of];
  const slope = graph.label(limited(graph, gradient, limit), `gradient of ${name}`);
  const [meanName, squareName] = ['first', 'second'].map((moment) => `${moment} moment of ${name}`);
  const [mean, square] = [meanName, squareName].map((moment) => parameter(graph, moment, rows, cols));
  const towards = (old: NodeId, value: NodeId, beta: number) =>
    add(graph, old, scale(graph, subtract(graph, value, old), scalar(1 - beta)));
  const nextMean = towards(mean, slope, beta1);
  const nextSquare = towards(square, multiply(graph, slope, slope), beta2);
  const least = epsilon ** 2;
  // |m| ≤ (1 − β₁)·Σ β₁ⁱ|g| and v = (1 − β₂)·Σ β₂ⁱg², so |m|/√v has a bound by Cauchy and Schwarz, for β₁² < β₂.
  const most = (SLACK * (1 - beta1)) / Math.sqrt((1 - beta2) * (1 - beta1 ** 2 / beta2));
  const divided = graph.label(
    add(graph, nextSquare, constant(graph, scalar(least), rows, cols)),
    `second moment of ${name}, with epsilon`,
  );
  const change = graph.label(overRoot(graph, nextMean, divided, { by: scalar(1, 1), least, most }), `step of ${name}`);
  return [
    { name: meanName, node: mean, updated: nextMean, rows, cols, role: 'memory', bound: SLACK * limit },
    { name: squareName, node: square, updated: nextSquare, rows, cols, role: 'squares', bound: SLACK * limit ** 2 },
    { name, node: of, updated: subtract(graph, of, change), rows, cols, role },
  ];
}
