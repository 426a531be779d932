/**
 * x within ±limit; beyond it, the nearer end.
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { noDerivative } from '../of-a-step.ts';

export interface Clip {
  readonly op: 'clip';
  readonly a: NodeId;
  readonly limit: number;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly clip: Clip;
  }
}

const kind: NodeKind<Clip> = {
  derivative: noDerivative,
  value({ is: { a: of, limit } }, values, out) {
    const a = values.of(of);
    return setEach(out, (i) => Math.min(limit, Math.max(-limit, a[i])));
  },
};

export const clip = (graph: Graph, a: NodeId, limit: number): NodeId =>
  graph.placeLike(kind, { op: 'clip', a, limit }, a);
