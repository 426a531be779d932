/**
 * A dense layer: x·W + b.
 * @module
 */
import { invariant } from '../../errors.ts';
import { add, broadcast, matmul } from '../nodes/index.ts';
import { flat, type LayerKind, sizeOf } from './layer.ts';

export interface Dense {
  readonly type: 'dense';
  readonly width: number;
}

const MOST_WIDTH = 4096;

export const dense: LayerKind<Dense> = {
  settings: { width: { is: 'whole', least: 1, most: MOST_WIDTH } },
  shape: ({ width }) => flat(width),
  weights: ({ width }, from) => ({ rows: sizeOf(from), cols: width, fanOut: width }),
  isDense: true,
  apply(graph, x, _, __, parameters) {
    invariant(parameters !== undefined, 'a dense layer has weights');
    const product = matmul(graph, x, parameters.weights);
    const { rows, cols } = graph.nodes[product];
    return add(graph, product, broadcast(graph, parameters.bias, rows, cols));
  },
};
