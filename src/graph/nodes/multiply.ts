/**
 * The elementwise product.
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { constantOf } from './constant.ts';
import { scale } from './scale.ts';

export interface Multiply {
  readonly op: 'multiply';
  readonly a: NodeId;
  readonly b: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly multiply: Multiply;
  }
}

const kind: NodeKind<Multiply> = {
  factors: ({ a, b }) => [a, b],
  derivative: (graph, { is: { a, b } }, g) => [
    [a, multiply(graph, g, b)],
    [b, multiply(graph, g, a)],
  ],
  value({ is }, values, out) {
    const [a, b] = [values.of(is.a), values.of(is.b)];
    return setEach(out, (i) => a[i] * b[i]);
  },
};

/** A product with a constant is a scaling. */
export function multiply(graph: Graph, a: NodeId, b: NodeId): NodeId {
  graph.requireSameShape(a, b);
  const [left, right] = [constantOf(graph, a), constantOf(graph, b)];
  if (left !== undefined) return scale(graph, b, left);
  if (right !== undefined) return scale(graph, a, right);
  return graph.placeLike(kind, { op: 'multiply', a, b }, a);
}
