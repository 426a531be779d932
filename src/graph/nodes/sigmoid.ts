/**
 * 1 / (1 + e⁻ˣ)
 * @module
 */

import { setEach } from '../entries.ts';
import { type Graph, type NodeId, type NodeKind, scalar } from '../graph.ts';
import { subtract } from './add.ts';
import { constant } from './constant.ts';
import { multiply } from './multiply.ts';

export interface Sigmoid {
  readonly op: 'sigmoid';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly sigmoid: Sigmoid;
  }
}

const kind: NodeKind<Sigmoid> = {
  derivative(graph, { id, is, rows, cols }, g) {
    const slope = multiply(graph, id, subtract(graph, constant(graph, scalar(1), rows, cols), id));
    return [[is.a, multiply(graph, g, slope)]];
  },
  value({ is }, values, out) {
    const a = values.of(is.a);
    return setEach(out, (i) => 1 / (1 + Math.exp(-a[i])));
  },
};

export const sigmoid = (graph: Graph, a: NodeId): NodeId => graph.placeLike(kind, { op: 'sigmoid', a }, a);
