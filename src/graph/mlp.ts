/**
 * Multi-layer perceptrons: dense layers of any number and width, of which logistic and linear regression have none hidden.
 * @module
 */
import { differentiate } from './differentiate.ts';
import { Graph, type NodeId, scalar } from './graph.ts';
import type { Model } from './model.ts';
import { type Optimiser, steps } from './optimiser.ts';

export type Activation = 'relu' | 'sigmoid';
/** With its loss: binary cross-entropy, categorical cross-entropy, half the squared error. */
export type Output = 'sigmoid' | 'softmax' | 'linear';

export interface Architecture {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly output: Output;
  /** Columns of the output: the classes of a softmax, otherwise 1. */
  readonly outputs: number;
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

/** The layers applied to `x`; gives what comes before the last activation. */
export function forward(graph: Graph, x: NodeId, layers: readonly Layer[], activation: Activation): NodeId {
  return layers.reduce((input, { weights, bias }, i) => {
    const active = i === 0 ? input : graph[activation](input);
    const { rows } = graph.nodes[active];
    const product = graph.matmul(active, weights);
    const sum = graph.add(product, graph.broadcast(bias, rows, graph.nodes[product].cols));
    return graph.label(sum, `layer ${i + 1}`);
  }, x);
}

/** The loss of each row, rows × 1. */
export function rowLoss(graph: Graph, logits: NodeId, labels: NodeId, output: Output): NodeId {
  switch (output) {
    case 'sigmoid':
      return graph.subtract(graph.softplus(logits), graph.multiply(labels, logits));
    case 'softmax':
      return graph.subtract(graph.logSumExp(logits), graph.sumColumns(graph.multiply(labels, logits)));
    case 'linear': {
      const error = graph.subtract(logits, labels);
      return graph.scale(graph.multiply(error, error), scalar(0.5));
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

export function mlp(architecture: Architecture, training: MlpTraining): Model {
  const { batch, l2, optimiser, clipGradient } = training;
  const graph = new Graph();
  const features = graph.input('features', batch, architecture.inputs);
  const labels = graph.input('labels', batch, architecture.outputs);
  const shapes = layerShapes(architecture);
  const layers = shapes.map(
    ({ rows, cols }, i): Layer => ({
      weights: graph.parameter(`weights ${i + 1}`, rows, cols),
      bias: graph.parameter(`bias ${i + 1}`, 1, cols),
    }),
  );
  const logits = forward(graph, features, layers, architecture.activation);
  const loss = graph.scale(graph.sumRows(rowLoss(graph, logits, labels, architecture.output)), scalar(1 / batch));
  const parameters = layers.flatMap(({ weights, bias }) => [weights, bias]);
  // Seeded with the learning rate, a gradient is the very step; whoever remembers gradients or clips them takes them unscaled.
  const isStep = optimiser.type === 'sgd' && clipGradient === undefined;
  const seed = isStep ? scalar(1, 1) : scalar(1);
  const hidden = graph.nodes.flatMap(({ id, is }) => (is.op === architecture.activation ? [id] : []));
  const gradients = differentiate(graph, loss, [...parameters, ...hidden], seed);
  const hiddenGradients = gradients.slice(parameters.length);
  hiddenGradients.forEach((gradient, i) => {
    graph.label(gradient, `gradient of layer ${i + 1}`);
  });
  const state = parameters.flatMap((parameter, i) => {
    const isWeights = i % 2 === 0;
    const decay = isWeights && l2 !== 0 ? graph.scale(parameter, { ...seed, constant: l2 }) : undefined;
    const role = isWeights ? 'weights' : 'bias';
    const name = `${role} ${Math.floor(i / 2) + 1}`;
    const slope = graph.label(gradients[i], `gradient of ${name}`);
    const clipped = clipGradient === undefined ? slope : graph.clip(slope, clipGradient);
    const gradient = decay === undefined ? clipped : graph.add(clipped, decay);
    const isUnscaled = optimiser.type === 'sgd' && !isStep;
    const step = isUnscaled ? graph.scale(gradient, scalar(1, 1)) : gradient;
    return steps(graph, name, role, parameter, step, optimiser, decay === undefined ? clipGradient : undefined);
  });
  return { graph, features, labels, logits, loss, state, lossFactor: seed, hiddenGradients };
}
