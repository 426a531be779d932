/**
 * Row by row: eˣ over the sum of the row's.
 * @module
 */

import { logSumExpOf } from '../entries.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';
import { subtract } from './add.ts';
import { repeatColumn, sumColumns } from './columns.ts';
import { multiply } from './multiply.ts';

export interface Softmax {
  readonly op: 'softmax';
  readonly a: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly softmax: Softmax;
  }
}

const kind: NodeKind<Softmax> = {
  /** s∘(g − Σ_row g∘s) */
  derivative(graph, { id, is, cols }, g) {
    const weighted = multiply(graph, g, id);
    const shift = multiply(graph, id, repeatColumn(graph, sumColumns(graph, weighted), cols));
    return [[is.a, subtract(graph, weighted, shift)]];
  },
  value({ is, rows, cols }, values, out) {
    const a = values.of(is.a);
    for (let row = 0; row < rows; row++) {
      const sum = logSumExpOf(values.row(is.a, row));
      for (let j = row * cols; j < (row + 1) * cols; j++) out[j] = Math.exp(a[j] - sum);
    }
    return out;
  },
};

export const softmax = (graph: Graph, a: NodeId): NodeId => graph.placeLike(kind, { op: 'softmax', a }, a);
