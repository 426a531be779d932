/**
 * The gradient of a batch's mean loss, in float64 and in the clear: what a participant of federated learning computes on its records.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { differentiate } from '../../graph/differentiate.ts';
import { evaluate } from '../../graph/evaluate.ts';
import { scalar } from '../../graph/graph.ts';
import { type Architecture, network } from '../../graph/mlp.ts';
import { OUTPUTS } from '../../graph/output.ts';
import { named, type Parameters } from './network.ts';

/** By the layers of the parameters. */
export function meanGradient(architecture: Architecture, parameters: Parameters, records: Records): Parameters {
  const { graph, loss, layers } = network(architecture, records.rows);
  const gradients = differentiate(
    graph,
    loss,
    layers.flatMap(({ weights, bias }) => [weights, bias]),
    scalar(1 / records.rows),
  );
  const bindings = named(parameters)
    .set('features', records.features)
    .set('labels', targets(architecture, records.labels));
  const values = evaluate(graph, bindings, 1);
  return layers.map((_, i) => ({ weights: values[gradients[2 * i]], bias: values[gradients[2 * i + 1]] }));
}

/** Labels as the loss takes them: rows × outputs, a class as 1 in its column. */
export function targets({ output, outputs }: Architecture, labels: Float64Array): Float64Array {
  if (!OUTPUTS[output].isOneHot) return labels;
  const oneHot = new Float64Array(labels.length * outputs);
  labels.forEach((label, row) => {
    oneHot[row * outputs + label] = 1;
  });
  return oneHot;
}

/** Σ factor·parameters, layer by layer. */
export function combination(terms: readonly (readonly [factor: number, parameters: Parameters])[]): Parameters {
  const [[, first]] = terms;
  const sum = (role: 'weights' | 'bias', layer: number) =>
    first[layer][role].map((_, i) =>
      terms.reduce((total, [factor, parameters]) => total + factor * parameters[layer][role][i], 0),
    );
  return first.map((_, layer) => ({ weights: sum('weights', layer), bias: sum('bias', layer) }));
}
