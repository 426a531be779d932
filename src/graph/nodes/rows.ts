/**
 * The sum of all rows, and a row repeated: each is the derivative of the other.
 * @module
 */
import { invariant } from '../../errors.ts';
import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { constant, constantOf } from './constant.ts';

/** Repeats a row (or a single number) to the shape of the node. */
export interface Broadcast {
  readonly op: 'broadcast';
  readonly a: NodeId;
}

export interface SumRows {
  readonly op: 'sumRows';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly broadcast: Broadcast;
    readonly sumRows: SumRows;
  }
}

const broadcastKind: NodeKind<Broadcast> = {
  derivative(graph, { is, cols }, g) {
    invariant(graph.nodes[is.a].cols === cols, 'a repeated row has the columns of its result');
    return [[is.a, sumRows(graph, g)]];
  },
  value({ is }, values, out) {
    const a = values.of(is.a);
    return setEach(out, (i) => a[i % a.length]);
  },
};

const sumRowsKind: NodeKind<SumRows> = {
  derivative(graph, { is }, g) {
    const { rows, cols } = graph.nodes[is.a];
    return [[is.a, broadcast(graph, g, rows, cols)]];
  },
  value({ is, cols }, values, out) {
    const a = values.of(is.a);
    out.fill(0);
    for (let at = 0; at < a.length; at += cols) for (let j = 0; j < cols; j++) out[j] += a[at + j];
    return out;
  },
};

export function broadcast(graph: Graph, a: NodeId, rows: number, cols: number): NodeId {
  const from = graph.nodes[a];
  if (from.rows === rows && from.cols === cols) return a;
  invariant(from.rows === 1 && (from.cols === cols || from.cols === 1), 'a broadcast repeats one row or one number');
  const known = constantOf(graph, a);
  if (known !== undefined) return constant(graph, known, rows, cols);
  return graph.place(broadcastKind, { op: 'broadcast', a }, rows, cols);
}

export const sumRows = (graph: Graph, a: NodeId): NodeId =>
  graph.place(sumRowsKind, { op: 'sumRows', a }, 1, graph.nodes[a].cols);
