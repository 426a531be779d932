/**
 * Row by row: the logarithm of the sum of eˣ.
 * @module
 */

import { logSumExpOf, setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { repeatColumn } from './columns.ts';
import { multiply } from './multiply.ts';
import { softmax } from './softmax.ts';

export interface LogSumExp {
  readonly op: 'logSumExp';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly logSumExp: LogSumExp;
  }
}

const kind: NodeKind<LogSumExp> = {
  derivative: (graph, { is: { a } }, g) => [
    [a, multiply(graph, repeatColumn(graph, g, graph.nodes[a].cols), softmax(graph, a))],
  ],
  value: ({ is: { a } }, values, out) => setEach(out, (row) => logSumExpOf(values.row(a, row))),
};

export const logSumExp = (graph: Graph, a: NodeId): NodeId =>
  graph.place(kind, { op: 'logSumExp', a }, graph.nodes[a].rows, 1);
