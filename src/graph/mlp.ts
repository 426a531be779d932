/**
 * Multi-layer perceptrons: dense layers of any number and width, of which logistic and linear regression have none hidden.
 * @module
 */
import { differentiate } from './differentiate.ts';
import { Graph, type NodeId, type Scalar, scalar } from './graph.ts';
import type { Model, StateNode } from './model.ts';
import {
  add,
  broadcast,
  clip,
  input,
  logSumExp,
  matmul,
  multiply,
  parameter,
  relu,
  scale,
  sigmoid,
  softplus,
  subtract,
  sumColumns,
  sumRows,
} from './nodes/index.ts';
import { isPlain, type Optimiser, update } from './optimisers/index.ts';

const ACTIVATIONS = { relu, sigmoid };

export type Activation = keyof typeof ACTIVATIONS;
/** With its loss: binary cross-entropy, categorical cross-entropy, half the squared error. */
export type Output = 'sigmoid' | 'softmax' | 'linear';

export interface Architecture {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly output: Output;
  /** Columns of the output: the classes of a softmax, otherwise 1. */
  readonly outputs: number;
  /** Of a sigmoid, the probability from which a row counts as 1; by default 0.5. */
  readonly threshold?: number;
}

export interface Layer {
  readonly weights: NodeId;
  readonly bias: NodeId;
}

/** Shapes of the dense layers, in order. */
export function layerShapes({
  inputs,
  hidden,
  outputs,
}: Architecture): { readonly rows: number; readonly cols: number }[] {
  const widths = [inputs, ...hidden, outputs];
  return widths.slice(1).map((cols, i) => ({ rows: widths[i], cols }));
}

/** What a layer takes, and what it gives before its activation. */
export interface Applied {
  readonly input: NodeId;
  readonly output: NodeId;
}

/** The layers applied to `x`, one after the other. */
export function applied(graph: Graph, x: NodeId, layers: readonly Layer[], activation: Activation): Applied[] {
  const results: Applied[] = [];
  for (const [i, { weights, bias }] of layers.entries()) {
    const before = results.at(-1);
    const input = before === undefined ? x : ACTIVATIONS[activation](graph, before.output);
    const product = matmul(graph, input, weights);
    const { rows, cols } = graph.nodes[product];
    const output = graph.label(
      add(graph, product, broadcast(graph, bias, rows, cols)),
      `layer ${i + 1}`,
      `layer ${i + 1}`,
    );
    results.push({ input, output });
  }
  return results;
}

/** The layers applied to `x`; gives what comes before the last activation. */
export function forward(graph: Graph, x: NodeId, layers: readonly Layer[], activation: Activation): NodeId {
  return applied(graph, x, layers, activation).at(-1)?.output ?? x;
}

/** The loss of each row, rows × 1. */
export function rowLoss(graph: Graph, logits: NodeId, labels: NodeId, output: Output): NodeId {
  switch (output) {
    case 'sigmoid':
      return subtract(graph, softplus(graph, logits), multiply(graph, labels, logits));
    case 'softmax':
      return subtract(graph, logSumExp(graph, logits), sumColumns(graph, multiply(graph, labels, logits)));
    case 'linear': {
      const error = subtract(graph, logits, labels);
      return scale(graph, multiply(graph, error, error), scalar(0.5));
    }
  }
}

export interface MlpTraining {
  readonly batch: number;
  /** Factor of half the squared weights in the loss; biases are free. */
  readonly l2: number;
  readonly optimiser: Optimiser;
  /** Each element of the gradient of the loss is clipped to ± this; the penalty comes on top. */
  readonly clipGradient?: number;
}

/** The forward pass of a batch. */
export interface Network {
  readonly graph: Graph;
  readonly features: NodeId;
  readonly labels: NodeId;
  readonly layers: readonly Layer[];
  readonly applied: readonly Applied[];
  readonly logits: NodeId;
  /** The sum of all rows' losses. */
  readonly loss: NodeId;
}

export function network(architecture: Architecture, batch: number): Network {
  const graph = new Graph();
  const features = input(graph, 'features', batch, architecture.inputs);
  const labels = input(graph, 'labels', batch, architecture.outputs);
  const shapes = layerShapes(architecture);
  const layers = shapes.map(
    ({ rows, cols }, i): Layer => ({
      weights: parameter(graph, `weights ${i + 1}`, rows, cols),
      bias: parameter(graph, `bias ${i + 1}`, 1, cols),
    }),
  );
  const results = applied(graph, features, layers, architecture.activation);
  const logits = results.at(-1)?.output ?? features;
  const loss = sumRows(graph, rowLoss(graph, logits, labels, architecture.output));
  return { graph, features, labels, layers, applied: results, logits, loss };
}

/** The gradient of each layer, without the penalty. */
export interface LayerGradient {
  readonly weights: NodeId;
  readonly bias: NodeId;
}

/** One step of every parameter. `seed` is what the gradients are multiples of: the learning rate where a gradient is the very step. */
export function stateOf(
  graph: Graph,
  layers: readonly Layer[],
  gradients: readonly LayerGradient[],
  { l2, optimiser, clipGradient }: Omit<MlpTraining, 'batch'>,
  seed: Scalar,
): StateNode[] {
  return layers.flatMap((layer, i) =>
    (['weights', 'bias'] as const).flatMap((role) => {
      const parameter = layer[role];
      const decay = role === 'weights' && l2 !== 0 ? scale(graph, parameter, { ...seed, constant: l2 }) : undefined;
      const name = `${role} ${i + 1}`;
      const slope = graph.label(gradients[i][role], `gradient of ${name}`, `weights ${i + 1}`);
      const clipped = clipGradient === undefined ? slope : clip(graph, slope, clipGradient);
      const gradient = decay === undefined ? clipped : add(graph, clipped, decay);
      const isUnscaled = isPlain(optimiser) && seed.ratePower === 0;
      const step = isUnscaled ? scale(graph, gradient, scalar(1, 1)) : gradient;
      const limit = decay === undefined && clipGradient !== undefined ? clipGradient : Number.POSITIVE_INFINITY;
      const states = update(optimiser, { graph, name, role, parameter, gradient: step, limit });
      return states.map((state) => ({ ...state, layer: `weights ${i + 1}` }));
    }),
  );
}

export function mlp(architecture: Architecture, training: MlpTraining): Model {
  const { batch, optimiser, clipGradient } = training;
  const { graph, features, labels, layers, applied: results, logits, loss: sum } = network(architecture, batch);
  const loss = scale(graph, sum, scalar(1 / batch));
  const parameters = layers.flatMap(({ weights, bias }) => [weights, bias]);
  // Seeded with the learning rate, a gradient is the very step; whoever remembers gradients or clips them takes them unscaled.
  const isStep = isPlain(optimiser) && clipGradient === undefined;
  const seed = isStep ? scalar(1, 1) : scalar(1);
  const hidden = results.slice(1).map(({ input }) => input);
  const nodes = [results[0].output, ...parameters, ...hidden];
  const [firstGradient, ...gradients] = differentiate(graph, loss, nodes, seed);
  const hiddenGradients = gradients.slice(parameters.length);
  hiddenGradients.forEach((gradient, i) => {
    graph.label(gradient, `gradient of layer ${i + 1}`, `gradient of layer ${i + 1}`);
  });
  const ofLayers = layers.map((_, i) => ({ weights: gradients[2 * i], bias: gradients[2 * i + 1] }));
  const state = stateOf(graph, layers, ofLayers, training, seed);
  return { graph, features, labels, logits, loss, state, lossFactor: seed, firstGradient, hiddenGradients };
}
