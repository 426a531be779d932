/**
 * The product of two matrices, of which one may be transposed.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Contribution, Graph, NodeId, NodeKind } from '../graph.ts';
import { realProduct } from '../real-product.ts';

/** a·b, aᵀ·b (TN) or a·bᵀ (NT). */
export type MatmulForm = 'matmul' | 'matmulTN' | 'matmulNT';

export interface Matmul {
  readonly op: 'matmul';
  readonly form: MatmulForm;
  readonly a: NodeId;
  readonly b: NodeId;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly matmul: Matmul;
  }
}

const DERIVATIVES: {
  readonly [F in MatmulForm]: (graph: Graph, is: Matmul, g: NodeId) => readonly Contribution[];
} = {
  matmul: (graph, { a, b }, g) => [
    [a, matmul(graph, g, b, 'matmulNT')],
    [b, matmul(graph, a, g, 'matmulTN')],
  ],
  matmulTN: (graph, { a, b }, g) => [
    [a, matmul(graph, b, g, 'matmulNT')],
    [b, matmul(graph, a, g)],
  ],
  matmulNT: (graph, { a, b }, g) => [
    [a, matmul(graph, g, b)],
    [b, matmul(graph, g, a, 'matmulTN')],
  ],
};

const kind: NodeKind<Matmul> = {
  factors: ({ a, b }) => [a, b],
  derivative: (graph, { is }, g) => DERIVATIVES[is.form](graph, is, g),
  value({ is: { form, a, b } }, values, out) {
    const [left, right] = [a, b].map((of) => ({ ...values.shapeOf(of), values: values.of(of) }));
    return realProduct(form, left, right, out);
  },
};

export function matmul(graph: Graph, a: NodeId, b: NodeId, form: MatmulForm = 'matmul'): NodeId {
  const [x, y] = [graph.nodes[a], graph.nodes[b]];
  const [rows, inner] = form === 'matmulTN' ? [x.cols, x.rows] : [x.rows, x.cols];
  const [inner2, cols] = form === 'matmulNT' ? [y.cols, y.rows] : [y.rows, y.cols];
  invariant(inner === inner2, `${form} of ${x.rows}×${x.cols} and ${y.rows}×${y.cols}`);
  return graph.place(kind, { op: 'matmul', form, a, b }, rows, cols);
}
