/**
 * A multi-layer perceptron whose step adds up each row's gradient clipped to a norm, without ever forming one row's gradient.
 *
 * What a row by itself gives to the weights of a dense layer is the outer product of the layer's input a and the gradient δ at its output, and to
 * the bias δ: squared norm (‖a‖² + 1)·‖δ‖² (Goodfellow 2015, "Efficient per-example gradient computations"). Of all layers together that is
 * n, and with e = δ·by·min(1, clip/√n) the sum over the rows is aᵀ·e, and Σ_rows e.
 * @module
 */
import { differentiate } from './differentiate.ts';
import { type Graph, type NodeId, scalar } from './graph.ts';
import type { Applied } from './layers/index.ts';
import { type Architecture, type MlpTraining, network, stateOf, weightRows } from './mlp.ts';
import type { Model } from './model.ts';
import type { DenseRows } from './nodes/clip-factor.ts';
import { clipFactor, input, matmul, multiply, repeatColumn, scale, sumRows } from './nodes/index.ts';
import { isPlain } from './optimisers/index.ts';

export interface ClippedTraining extends Omit<MlpTraining, 'clipGradient' | 'weighting'> {
  /** True: each row's loss is multiplied by its weight before its gradient is clipped. False or absent: rows have none. */
  readonly isWeighted?: boolean;
  /** Largest L2 norm of what one row gives to all gradients together. */
  readonly clip: number;
  /** What the sum over the rows is divided by: with rows sampled or padded it is not the number of rows. */
  readonly expectedBatch: number;
  /** Whether rows may be padding, which adds nothing. */
  readonly hasPadding: boolean;
}

/** A dense layer in a step. */
export interface ClippedLayer extends DenseRows, Applied {
  /** e: the gradient times the row's factor. */
  readonly contribution: NodeId;
  /** Sums over the rows, as they are before anything is added to them. */
  readonly sums: { readonly weights: NodeId; readonly bias: NodeId };
}

export interface ClippedModel extends Model {
  /** rows × 1: 1 where a row is padding, 0 where it is a record. */
  readonly padding?: NodeId;
  /** The factor of each row. */
  readonly factor: NodeId;
  readonly clippedLayers: readonly ClippedLayer[];
}

/** `noisy` gives what the step takes for a sum over rows, of the gradient of `name`. */
export function clippedMlp(
  architecture: Architecture,
  training: ClippedTraining,
  noisy: (graph: Graph, sum: NodeId, name: string) => NodeId = (_, sum) => sum,
): ClippedModel {
  const { batch, optimiser, clip, expectedBatch, hasPadding, isWeighted = false } = training;
  const net = network(architecture, batch);
  const { graph, features, labels, layers, applied, logits } = net;
  const weighted = isWeighted ? weightRows(net) : undefined;
  const padding = hasPadding ? input(graph, 'padding', batch, 1) : undefined;
  const outputs = applied.weighted.map(({ output }) => output);
  const gradients = differentiate(graph, net.loss, outputs, scalar(1), weighted);
  const rows = applied.weighted.map(({ input }, i) => ({
    input,
    gradient: graph.label(gradients[i], `gradient of layer ${i + 1}`, `gradient of layer ${i + 1}`),
  }));
  // Times the learning rate, the sums are the very step of plain descent.
  const seed = isPlain(optimiser) ? scalar(1, 1) : scalar(1);
  const by = { ...seed, constant: 1 / expectedBatch };
  const factor = graph.label(clipFactor(graph, rows, clip, by, padding), 'clipping factor', 'clipping');
  const clippedLayers = rows.map(({ input, gradient }, i): ClippedLayer => {
    const product = multiply(graph, gradient, repeatColumn(graph, factor, graph.nodes[gradient].cols));
    const contribution = graph.label(product, `clipped gradient of layer ${i + 1}`, `gradient of layer ${i + 1}`);
    const sums = { weights: matmul(graph, input, contribution, 'matmulTN'), bias: sumRows(graph, contribution) };
    graph.label(sums.weights, `sum for weights ${i + 1}`, `weights ${i + 1}`);
    graph.label(sums.bias, `sum for bias ${i + 1}`, `weights ${i + 1}`);
    return { input, gradient, output: outputs[i], contribution, sums };
  });
  const steps = clippedLayers.map(({ sums }, i) => ({
    weights: noisy(graph, sums.weights, `weights ${i + 1}`),
    bias: noisy(graph, sums.bias, `bias ${i + 1}`),
  }));
  const state = stateOf(graph, layers, steps, training, seed);
  const meanLoss = scale(graph, weighted?.loss ?? net.loss, scalar(1 / expectedBatch));
  return {
    graph,
    features,
    labels,
    ...(weighted === undefined ? {} : { weights: weighted.weights }),
    ...(padding === undefined ? {} : { padding }),
    factor,
    logits,
    loss: meanLoss,
    state,
    lossFactor: seed,
    firstGradient: clippedLayers[0].contribution,
    hiddenGradients: [],
    clippedLayers,
  };
}
