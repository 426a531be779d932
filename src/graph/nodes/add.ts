/**
 * The sum of two matrices, and their difference.
 * @module
 */

import { setEach } from '../entries.ts';
import { type Graph, type NodeId, type NodeKind, scalar } from '../graph.ts';
import { scale } from './scale.ts';

export interface Add {
  readonly op: 'add';
  readonly a: NodeId;
  readonly b: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly add: Add;
  }
}

const kind: NodeKind<Add> = {
  derivative: (_, { is }, g) => [
    [is.a, g],
    [is.b, g],
  ],
  value({ is }, values, out) {
    const [a, b] = [values.of(is.a), values.of(is.b)];
    return setEach(out, (i) => a[i] + b[i]);
  },
};

export function add(graph: Graph, a: NodeId, b: NodeId): NodeId {
  graph.requireSameShape(a, b);
  return graph.placeLike(kind, { op: 'add', a, b }, a);
}

export const subtract = (graph: Graph, a: NodeId, b: NodeId): NodeId => add(graph, a, scale(graph, b, scalar(-1)));
