/**
 * Records by optimisation: dummy records are moved until their gradient is the one that was sent (Zhu et al. 2019, "Deep Leakage from
 * Gradients"), with labels read off the last bias gradient first. The slope of that difference is the graph differentiated twice.
 * @module
 */
import { differentiate } from '../../graph/differentiate.ts';
import { GraphValues } from '../../graph/evaluate.ts';
import { type NodeId, scalar } from '../../graph/graph.ts';
import { type Architecture, network } from '../../graph/mlp.ts';
import { add, input, multiply, scale, subtract, sumColumns, sumRows } from '../../graph/nodes/index.ts';
import { targets } from '../models/gradient.ts';
import { named, type Parameters } from '../models/network.ts';

export interface GradientMatching {
  readonly steps: number;
  /** Of Adam; falls along half a cosine. */
  readonly rate: number;
}

export interface Matched {
  /** rows × inputs. */
  readonly features: Float64Array;
  /** What is left of the difference, where 1 is the gradient itself for each layer. */
  readonly mismatch: number;
}

/** From dummy records `begin`, rows × inputs, which stay within the declared range. */
export function matchGradient(
  architecture: Architecture,
  parameters: Parameters,
  gradient: Parameters,
  labels: Float64Array,
  [low, high]: readonly [number, number],
  { steps, rate }: GradientMatching,
  begin: Float64Array,
): Matched {
  const { graph, mismatch, slope } = mismatchGraph(architecture, parameters, gradient, labels.length);
  const features = begin.map((x) => Math.min(high, Math.max(low, x)));
  const bindings = named(parameters).set('features', features).set('labels', targets(architecture, labels));
  gradient.forEach(({ weights, bias }, i) => {
    bindings.set(`sent weights ${i + 1}`, weights).set(`sent bias ${i + 1}`, bias);
  });
  const values = new GraphValues(graph);
  const [first, second] = [new Float64Array(features.length), new Float64Array(features.length)];
  let left = Infinity;
  let best = features.slice();
  for (let step = 1; step <= steps; step++) {
    const at = values.evaluate(bindings, 1);
    if (at[mismatch][0] < left) [left, best] = [at[mismatch][0], features.slice()];
    const stepRate = (rate * (high - low) * (1 + Math.cos((Math.PI * step) / steps))) / 2;
    const [correction1, correction2] = [1 - 0.9 ** step, 1 - 0.999 ** step];
    for (let i = 0; i < features.length; i++) {
      const g = at[slope][i];
      first[i] = 0.9 * first[i] + 0.1 * g;
      second[i] = 0.999 * second[i] + 0.001 * g * g;
      const moved = features[i] - (stepRate * (first[i] / correction1)) / (Math.sqrt(second[i] / correction2) + 1e-12);
      features[i] = Math.min(high, Math.max(low, moved));
    }
  }
  return { features: best, mismatch: left };
}

/** Σ over layers of ‖gradient − sent‖² / ‖sent‖², and its slope in the features. */
function mismatchGraph(architecture: Architecture, parameters: Parameters, gradient: Parameters, rows: number) {
  const { graph, loss, layers, features } = network(architecture, rows);
  const gradients = differentiate(
    graph,
    loss,
    layers.flatMap(({ weights, bias }) => [weights, bias]),
    scalar(1 / rows),
  );
  const parts = layers.flatMap((_, i): NodeId[] => {
    const { weights, bias } = gradient[i];
    const square = [weights, bias].flatMap((of) => [...of]).reduce((sum, x) => sum + x * x, 0);
    return (['weights', 'bias'] as const).map((role, at) => {
      const id = gradients[2 * i + at];
      const { rows: r, cols } = graph.nodes[id];
      const difference = subtract(graph, id, input(graph, `sent ${role} ${i + 1}`, r, cols));
      const sum = sumColumns(graph, sumRows(graph, multiply(graph, difference, difference)));
      return scale(graph, sum, scalar(square === 0 ? 1 : 1 / square));
    });
  });
  const mismatch = parts.reduce((sum, part) => add(graph, sum, part));
  const [slope] = differentiate(graph, mismatch, [features], scalar(1));
  return { graph, mismatch, slope, parameters };
}
