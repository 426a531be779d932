/**
 * by·a/√b
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind, Scalar } from '../graph.ts';
import { noDerivative } from '../of-a-step.ts';

/** What is known of a quotient by·a/√b. */
export interface RootQuotient {
  readonly by: Scalar;
  /** b is never smaller. */
  readonly least: number;
  /** |a|/√b is never larger. */
  readonly most: number;
}

export interface OverRoot extends RootQuotient {
  readonly op: 'overRoot';
  readonly a: NodeId;
  readonly b: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly overRoot: OverRoot;
  }
}

const kind: NodeKind<OverRoot> = {
  derivative: noDerivative,
  value({ is }, values, out) {
    const [a, b, by] = [values.of(is.a), values.of(is.b), values.real(is.by)];
    return setEach(out, (i) => (by * a[i]) / Math.sqrt(b[i]));
  },
};

export function overRoot(graph: Graph, a: NodeId, b: NodeId, known: RootQuotient): NodeId {
  graph.requireSameShape(a, b);
  return graph.placeLike(kind, { op: 'overRoot', a, b, ...known }, a);
}
