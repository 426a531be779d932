/**
 * Row by row by·min(1, limit/√n), n = Σ (‖input‖² + 1)·‖gradient‖² over the layers: the squared norm of what the row by itself gives to the
 * gradients of all weights and biases. 0 where the row is padding.
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind, NodeValues, Scalar } from '../graph.ts';
import { noDerivative } from '../of-a-step.ts';

/** A dense layer in a step: what it takes, and the gradient of each row's own loss at its output. */
export interface DenseRows {
  readonly input: NodeId;
  readonly gradient: NodeId;
}

export interface ClipFactor {
  readonly op: 'clipFactor';
  readonly layers: readonly DenseRows[];
  readonly padding?: NodeId;
  readonly limit: number;
  readonly by: Scalar;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly clipFactor: ClipFactor;
  }
}

const kind: NodeKind<ClipFactor> = {
  derivative: noDerivative,
  value({ is: { layers, padding, limit, by } }, values, out) {
    const factor = values.real(by);
    const isPadding = padding === undefined ? undefined : values.of(padding);
    return setEach(out, (row) =>
      isPadding?.[row] === 1 ? 0 : factor * Math.min(1, limit / gradientNorm(values, layers, row)),
    );
  },
};

/** The norm of what a row by itself gives to all parameters. */
function gradientNorm(values: NodeValues, layers: readonly DenseRows[], row: number): number {
  const square = (id: NodeId) => values.row(id, row).reduce((sum, x) => sum + x * x, 0);
  return Math.sqrt(layers.reduce((sum, { input, gradient }) => sum + (square(input) + 1) * square(gradient), 0));
}

export function clipFactor(
  graph: Graph,
  layers: readonly DenseRows[],
  limit: number,
  by: Scalar,
  padding?: NodeId,
): NodeId {
  const [{ input }] = layers;
  const known = padding === undefined ? {} : { padding };
  return graph.place(kind, { op: 'clipFactor', layers, limit, by, ...known }, graph.nodes[input].rows, 1);
}
