/**
 * The sum of each row, and a column repeated: each is the derivative of the other.
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { constant, constantOf } from './constant.ts';

export interface SumColumns {
  readonly op: 'sumColumns';
  readonly a: NodeId;
}

export interface RepeatColumn {
  readonly op: 'repeatColumn';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly sumColumns: SumColumns;
    readonly repeatColumn: RepeatColumn;
  }
}

const sumKind: NodeKind<SumColumns> = {
  derivative: (graph, { is: { a } }, g) => [[a, repeatColumn(graph, g, graph.nodes[a].cols)]],
  value: ({ is: { a } }, values, out) => setEach(out, (row) => values.row(a, row).reduce((sum, x) => sum + x, 0)),
};

const repeatKind: NodeKind<RepeatColumn> = {
  derivative: (graph, { is }, g) => [[is.a, sumColumns(graph, g)]],
  value({ is, cols }, values, out) {
    const a = values.of(is.a);
    return setEach(out, (i) => a[Math.floor(i / cols)]);
  },
};

export const sumColumns = (graph: Graph, a: NodeId): NodeId =>
  graph.place(sumKind, { op: 'sumColumns', a }, graph.nodes[a].rows, 1);

export function repeatColumn(graph: Graph, a: NodeId, cols: number): NodeId {
  const { rows } = graph.nodes[a];
  const known = constantOf(graph, a);
  if (known !== undefined) return constant(graph, known, rows, cols);
  return graph.place(repeatKind, { op: 'repeatColumn', a }, rows, cols);
}
