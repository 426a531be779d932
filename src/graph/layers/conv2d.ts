/**
 * A two-dimensional convolution: at each place of a window that moves over the image, W applied to the entries of the window. Beyond the edges there is 0.
 * @module
 */
import { invariant } from '../../errors.ts';
import { gatherEntries } from '../nodes/image-entries.ts';
import { add, broadcast, matmul } from '../nodes/index.ts';
import { type Image, type LayerKind, sizeOf } from './layer.ts';

export interface Conv2d {
  readonly type: 'conv2d';
  readonly filters: number;
  /** Height and width of the window. */
  readonly kernel: number;
  /** How far the window moves. */
  readonly stride: number;
  /** How far it begins beyond each edge. */
  readonly padding: number;
}

const MOST_FILTERS = 512;
const MOST_KERNEL = 31;

const places = (side: number, { kernel, stride, padding }: Conv2d) =>
  Math.floor((side + 2 * padding - kernel) / stride) + 1;

const outputOf = (layer: Conv2d, { height, width }: Image): Image => ({
  height: places(height, layer),
  width: places(width, layer),
  channels: layer.filters,
});

export const conv2d: LayerKind<Conv2d> = {
  settings: {
    filters: { is: 'whole', least: 1, most: MOST_FILTERS },
    kernel: { is: 'whole', least: 1, most: MOST_KERNEL },
    stride: { is: 'whole', least: 1, most: MOST_KERNEL, byDefault: 1 },
    padding: { is: 'whole', least: 0, most: MOST_KERNEL, byDefault: 0 },
  },
  problem(layer, from) {
    const { height, width } = outputOf(layer, from);
    if (height >= 1 && width >= 1) return undefined;
    return { key: 'kernel', says: `what comes in is ${from.height} by ${from.width}, and the window does not fit` };
  },
  shape: outputOf,
  weights: ({ kernel, filters }, { channels }) => ({
    ...{ rows: kernel ** 2 * channels, cols: filters },
    fanOut: kernel ** 2 * filters,
  }),
  unclipped: 'its gradient is a sum over places, whose norm is not known without forming it for each record',
  apply(graph, x, layer, from, parameters) {
    invariant(parameters !== undefined, 'a convolution has weights');
    const { kernel, stride, padding } = layer;
    const output = outputOf(layer, from);
    const batch = graph.nodes[x].rows;
    const windows = {
      image: [from.height, from.width, from.channels],
      axes: [
        [output.height, stride, 0, 0],
        [output.width, 0, stride, 0],
        [kernel, 1, 0, 0],
        [kernel, 0, 1, 0],
        [from.channels, 0, 0, 1],
      ],
      from: [-padding, -padding],
    } as const;
    const product = matmul(
      graph,
      gatherEntries(graph, x, windows, batch * output.height * output.width),
      parameters.weights,
    );
    const { rows, cols } = graph.nodes[product];
    const sums = add(graph, product, broadcast(graph, parameters.bias, rows, cols));
    // One record a row again.
    const size = sizeOf(output);
    return gatherEntries(graph, sums, { image: [1, 1, size], axes: [[size, 0, 0, 1]], from: [0, 0] }, batch);
  },
};
