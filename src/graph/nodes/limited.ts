/**
 * x itself, which is expected to stay within ±limit: a run in which it does not is to fail.
 * @module
 */
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { noDerivative } from '../of-a-step.ts';

export interface Limited {
  readonly op: 'limited';
  readonly a: NodeId;
  readonly limit: number;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly limited: Limited;
  }
}

const kind: NodeKind<Limited> = {
  derivative: noDerivative,
  value: ({ is }, values) => values.of(is.a),
};

export const limited = (graph: Graph, a: NodeId, limit: number): NodeId =>
  graph.placeLike(kind, { op: 'limited', a, limit }, a);
