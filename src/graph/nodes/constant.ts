/**
 * The same public number in every entry.
 * @module
 */
import type { Graph, NodeId, NodeKind, Scalar } from '../graph.ts';

export interface Constant {
  readonly op: 'constant';
  readonly value: Scalar;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly constant: Constant;
  }
}

const kind: NodeKind<Constant> = {
  derivative: () => [],
  value: ({ is }, values, out) => out.fill(values.real(is.value)),
};

export const constant = (graph: Graph, value: Scalar, rows: number, cols: number): NodeId =>
  graph.place(kind, { op: 'constant', value }, rows, cols);

/** The number that a node is in every entry; nothing where it is no constant. */
export function constantOf(graph: Graph, id: NodeId): Scalar | undefined {
  const { is } = graph.nodes[id];
  return is.op === 'constant' ? is.value : undefined;
}
