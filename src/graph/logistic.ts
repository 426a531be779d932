/**
 * Logistic regression: logits z = X·w + b, mean log loss Σ softplus(z) − y·z over the batch plus l2/2·|w|², and one step of gradient
 * descent on it.
 * @module
 */
import { differentiate } from './differentiate.ts';
import { Graph, type NodeId, scalar } from './graph.ts';

export interface Model {
  readonly graph: Graph;
  readonly features: NodeId;
  readonly labels: NodeId;
  readonly logits: NodeId;
  /** Mean log loss of the batch, without the penalty. */
  readonly loss: NodeId;
  readonly parameters: readonly { readonly name: string; readonly node: NodeId; readonly updated: NodeId }[];
}

export function logisticRegression(batch: number, features: number, l2: number): Model {
  const graph = new Graph();
  const x = graph.input('features', batch, features);
  const y = graph.input('labels', batch, 1);
  const w = graph.parameter('weights', features, 1);
  const b = graph.parameter('bias', 1, 1);
  const logits = graph.add(graph.matmul(x, w), graph.broadcast(b, batch, 1));
  const rowLoss = graph.subtract(graph.softplus(logits), graph.multiply(y, logits));
  const loss = graph.scale(graph.sumRows(rowLoss), scalar(1 / batch));
  const penalty = graph.scale(graph.sumRows(graph.multiply(w, w)), scalar(l2 / 2));
  const objective = l2 === 0 ? loss : graph.add(loss, penalty);
  const parameters = [w, b];
  const steps = differentiate(graph, objective, parameters, scalar(1, 1));
  return {
    graph,
    features: x,
    labels: y,
    logits,
    loss,
    parameters: ['weights', 'bias'].map((name, i) => ({
      name,
      node: parameters[i],
      updated: graph.subtract(parameters[i], steps[i]),
    })),
  };
}
