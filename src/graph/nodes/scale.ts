/**
 * A matrix times a public number.
 * @module
 */

import { setEach } from '../entries.ts';
import { type Graph, type NodeId, type NodeKind, type Scalar, times } from '../graph.ts';
import { constant, constantOf } from './constant.ts';

export interface Scale {
  readonly op: 'scale';
  readonly a: NodeId;
  readonly by: Scalar;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly scale: Scale;
  }
}

const kind: NodeKind<Scale> = {
  derivative: (graph, { is: { a, by } }, g) => [[a, scale(graph, g, by)]],
  value({ is }, values, out) {
    const [a, by] = [values.of(is.a), values.real(is.by)];
    return setEach(out, (i) => by * a[i]);
  },
};

export function scale(graph: Graph, a: NodeId, by: Scalar): NodeId {
  const { rows, cols, is } = graph.nodes[a];
  if (by.constant === 1 && by.ratePower === 0) return a;
  const known = constantOf(graph, a);
  if (known !== undefined) return constant(graph, times(known, by), rows, cols);
  if (is.op === 'scale') return scale(graph, is.a, times(is.by, by));
  return graph.placeLike(kind, { op: 'scale', a, by }, a);
}
