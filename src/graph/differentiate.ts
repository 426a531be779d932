/**
 * Reverse-mode differentiation of a graph: the gradients are nodes of the same graph.
 * @module
 */
import { invariant, TrefoilError } from '../errors.ts';
import { type Graph, type NodeId, type Scalar, scalar } from './graph.ts';

/**
 * The gradients of seed·loss, loss a single number, with respect to `nodes`. Seeding with the learning rate makes the
 * gradients the very steps that gradient descent takes.
 */
export function differentiate(graph: Graph, loss: NodeId, nodes: readonly NodeId[], seed: Scalar): NodeId[] {
  const { rows, cols } = graph.nodes[loss];
  invariant(rows === 1 && cols === 1, 'a loss is a single number');
  const gradients = new Map<NodeId, NodeId>([[loss, graph.constant(seed, 1, 1)]]);
  for (let id = loss; id >= 0; id--) {
    const g = gradients.get(id);
    if (g === undefined) continue;
    for (const [part, gradient] of backward(graph, id, g)) {
      const known = gradients.get(part);
      gradients.set(part, known === undefined ? gradient : graph.add(known, gradient));
    }
  }
  return nodes.map((id) => {
    const gradient = gradients.get(id);
    invariant(gradient !== undefined, 'the loss depends on every node asked for');
    return gradient;
  });
}

/** What the gradient g of node `id` gives to each of the nodes it is made of. */
function backward(graph: Graph, id: NodeId, g: NodeId): (readonly [part: NodeId, gradient: NodeId])[] {
  const { is, rows, cols } = graph.nodes[id];
  switch (is.op) {
    case 'input':
    case 'parameter':
    case 'constant':
      return [];
    case 'scale':
      return [[is.a, graph.scale(g, is.by)]];
    case 'add':
      return [
        [is.a, g],
        [is.b, g],
      ];
    case 'multiply':
      return [
        [is.a, graph.multiply(g, is.b)],
        [is.b, graph.multiply(g, is.a)],
      ];
    case 'matmul':
      switch (is.form) {
        case 'matmul':
          return [
            [is.a, graph.matmul(g, is.b, 'matmulNT')],
            [is.b, graph.matmul(is.a, g, 'matmulTN')],
          ];
        case 'matmulTN':
          return [
            [is.a, graph.matmul(is.b, g, 'matmulNT')],
            [is.b, graph.matmul(is.a, g)],
          ];
        case 'matmulNT':
          return [
            [is.a, graph.matmul(g, is.b)],
            [is.b, graph.matmul(g, is.a, 'matmulTN')],
          ];
      }
      break;
    case 'broadcast':
      invariant(graph.nodes[is.a].cols === cols, 'a repeated row has the columns of its result');
      return [[is.a, graph.sumRows(g)]];
    case 'sumRows': {
      const from = graph.nodes[is.a];
      return [[is.a, graph.broadcast(g, from.rows, from.cols)]];
    }
    case 'relu':
      return [[is.a, graph.multiply(g, graph.positive(is.a))]];
    case 'positive':
    case 'largest':
      return []; // Flat wherever it has a slope at all.
    case 'clip':
    case 'limited':
    case 'overRoot':
    case 'noise':
    case 'clipFactor':
      throw new TrefoilError('TREFOIL_INTERNAL', `${is.op} is a part of a step, not of a loss`);
    case 'logSumExp':
      return [[is.a, graph.multiply(graph.repeatColumn(g, graph.nodes[is.a].cols), graph.softmax(is.a))]];
    case 'softmax': {
      // s∘(g − Σ_row g∘s)
      const weighted = graph.multiply(g, id);
      const shift = graph.multiply(id, graph.repeatColumn(graph.sumColumns(weighted), cols));
      return [[is.a, graph.subtract(weighted, shift)]];
    }
    case 'sumColumns':
      return [[is.a, graph.repeatColumn(g, graph.nodes[is.a].cols)]];
    case 'repeatColumn':
      return [[is.a, graph.sumColumns(g)]];
    case 'softplus':
      return [[is.a, graph.multiply(g, graph.sigmoid(is.a))]];
    case 'sigmoid': {
      const slope = graph.multiply(id, graph.subtract(graph.constant(scalar(1), rows, cols), id));
      return [[is.a, graph.multiply(g, slope)]];
    }
  }
}
