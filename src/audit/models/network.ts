/**
 * A network in plain float64: what its parameters are, where they begin, and what it answers.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { evaluate } from '../../graph/evaluate.ts';
import { Graph } from '../../graph/graph.ts';
import type { Initial, Layer } from '../../graph/layers/layer.ts';
import { type Architecture, forward, initialReach, layerShapes } from '../../graph/mlp.ts';
import { input, parameter } from '../../graph/nodes/index.ts';
import type { Draws } from './draws.ts';

export interface LayerParameters {
  /** inputs × outputs, row by row. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Layer by layer. */
export type Parameters = readonly LayerParameters[];

/** Parameters as a job begins: random where there are hidden layers, otherwise 0. */
export function initialParameters(architecture: Architecture, initial: Initial, draws: Draws): Parameters {
  const starts = initialReach(architecture, initial);
  return layerShapes(architecture).map(({ rows, cols }, i) => {
    const reach = starts.get(`weights ${i + 1}`) ?? 0;
    const weights = Float64Array.from({ length: rows * cols }, () => (2 * draws.uniform() - 1) * reach);
    return { weights, bias: new Float64Array(cols) };
  });
}

/** By the names that they have in a graph. */
export const named = (parameters: Parameters): Map<string, Float64Array> =>
  new Map(
    parameters.flatMap(({ weights, bias }, i) => [[`weights ${i + 1}`, weights] as const, [`bias ${i + 1}`, bias]]),
  );

/** What comes before the last activation, rows × outputs. */
export function logitsOf(
  architecture: Architecture,
  parameters: Parameters,
  { features, rows }: Pick<Records, 'features' | 'rows'>,
): Float64Array {
  const graph = new Graph();
  const x = input(graph, 'features', rows, architecture.inputs);
  const layers = layerShapes(architecture).map(
    ({ rows, cols }, i): Layer => ({
      weights: parameter(graph, `weights ${i + 1}`, rows, cols),
      bias: parameter(graph, `bias ${i + 1}`, 1, cols),
    }),
  );
  const logits = forward(graph, x, layers, architecture);
  return evaluate(graph, named(parameters).set('features', features), 1)[logits];
}
