/**
 * Every kind of output of a model, by the name that a job file has for it: its loss, and its answers.
 * @module
 */
import { type Graph, type NodeId, scalar } from './graph.ts';
import { logSumExp, multiply, scale, softplus, subtract, sumColumns } from './nodes/index.ts';

/** With its loss: binary cross-entropy, categorical cross-entropy, half the squared error. */
export type Output = 'sigmoid' | 'softmax' | 'linear';

export interface OutputKind {
  /** True: it predicts a class, by its probability. False: it predicts a number. */
  readonly isClass: boolean;
  /** True: a label is a row of zeros with a 1 in the column of its class. False: it is one number. */
  readonly isOneHot: boolean;
  /** The loss of each row, rows × 1. */
  rowLoss(graph: Graph, logits: NodeId, labels: NodeId): NodeId;
  /** What the model answers to one record. */
  answer(logits: Float64Array): Float64Array;
}

export const OUTPUTS: Readonly<Record<Output, OutputKind>> = {
  sigmoid: {
    isClass: true,
    isOneHot: false,
    rowLoss: (graph, logits, labels) => subtract(graph, softplus(graph, logits), multiply(graph, labels, logits)),
    answer: (logits) => logits.map((x) => 1 / (1 + Math.exp(-x))),
  },
  softmax: {
    isClass: true,
    isOneHot: true,
    rowLoss: (graph, logits, labels) =>
      subtract(graph, logSumExp(graph, logits), sumColumns(graph, multiply(graph, labels, logits))),
    answer(logits) {
      const largest = Math.max(...logits);
      const powers = logits.map((x) => Math.exp(x - largest));
      const sum = powers.reduce((total, power) => total + power, 0);
      return powers.map((power) => power / sum);
    },
  },
  linear: {
    isClass: false,
    isOneHot: false,
    rowLoss(graph, logits, labels) {
      const error = subtract(graph, logits, labels);
      return scale(graph, multiply(graph, error, error), scalar(0.5));
    },
    answer: (logits) => logits,
  },
};
