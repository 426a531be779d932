/**
 * The slope of a ReLU: 1 where x ≥ 0, elsewhere 0.
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';

export interface Positive {
  readonly op: 'positive';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly positive: Positive;
  }
}

const kind: NodeKind<Positive> = {
  /** It is flat wherever it has a slope at all. */
  derivative: () => [],
  value({ is }, values, out) {
    const a = values.of(is.a);
    return setEach(out, (i) => (a[i] >= 0 ? 1 : 0));
  },
};

export const positive = (graph: Graph, a: NodeId): NodeId => graph.placeLike(kind, { op: 'positive', a }, a);
