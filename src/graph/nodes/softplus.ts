/**
 * log(1 + eˣ)
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { multiply } from './multiply.ts';
import { sigmoid } from './sigmoid.ts';

export interface Softplus {
  readonly op: 'softplus';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly softplus: Softplus;
  }
}

const kind: NodeKind<Softplus> = {
  derivative: (graph, { is: { a } }, g) => [[a, multiply(graph, g, sigmoid(graph, a))]],
  value({ is }, values, out) {
    const a = values.of(is.a);
    return setEach(out, (i) => Math.log1p(Math.exp(-Math.abs(a[i]))) + Math.max(0, a[i]));
  },
};

export const softplus = (graph: Graph, a: NodeId): NodeId => graph.placeLike(kind, { op: 'softplus', a }, a);
