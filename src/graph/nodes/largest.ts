/**
 * 1 at the largest entry of each row (of equals the first), 0 elsewhere.
 * @module
 */
import type { Graph, NodeId, NodeKind } from '../graph.ts';

export interface Largest {
  readonly op: 'largest';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly largest: Largest;
  }
}

const kind: NodeKind<Largest> = {
  /** It is flat wherever it has a slope at all. */
  derivative: () => [],
  value({ is, rows, cols }, values, out) {
    out.fill(0);
    for (let row = 0; row < rows; row++) {
      const entries = values.row(is.a, row);
      out[row * cols + entries.indexOf(Math.max(...entries))] = 1;
    }
    return out;
  },
};

export const largest = (graph: Graph, a: NodeId): NodeId => graph.placeLike(kind, { op: 'largest', a }, a);
