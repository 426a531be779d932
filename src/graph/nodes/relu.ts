/**
 * max(x, 0)
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { multiply } from './multiply.ts';
import { positive } from './positive.ts';

export interface Relu {
  readonly op: 'relu';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly relu: Relu;
  }
}

const kind: NodeKind<Relu> = {
  derivative: (graph, { is: { a } }, g) => [[a, multiply(graph, g, positive(graph, a))]],
  value({ is }, values, out) {
    const a = values.of(is.a);
    return setEach(out, (i) => Math.max(0, a[i]));
  },
};

export const relu = (graph: Graph, a: NodeId): NodeId => graph.placeLike(kind, { op: 'relu', a }, a);
