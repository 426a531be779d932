/**
 * The mean of each square of an image, channel by channel.
 * @module
 */
import { scalar } from '../graph.ts';
import { scatterEntries } from '../nodes/image-entries.ts';
import { scale } from '../nodes/index.ts';
import type { LayerKind } from './layer.ts';

export interface AveragePool {
  readonly type: 'averagePool';
  /** Height and width of a square. */
  readonly size: number;
}

const MOST_SIZE = 32;

export const averagePool: LayerKind<AveragePool> = {
  settings: { size: { is: 'whole', least: 1, most: MOST_SIZE } },
  problem({ size }, { height, width }) {
    if (height % size === 0 && width % size === 0) return undefined;
    return { key: 'size', says: `what comes in is ${height} by ${width}, which no squares of ${size} fill` };
  },
  unclipped: 'what a record adds is proved for dense layers alone',
  shape: ({ size }, { height, width, channels }) => ({ height: height / size, width: width / size, channels }),
  apply(graph, x, { size }, from) {
    const { height, width, channels } = { ...from, height: from.height / size, width: from.width / size };
    // The walk over the means that goes to the mean of each entry.
    const walk = {
      image: [height, width, channels],
      axes: [
        [height, 1, 0, 0],
        [size, 0, 0, 0],
        [width, 0, 1, 0],
        [size, 0, 0, 0],
        [channels, 0, 0, 1],
      ],
      from: [0, 0],
    } as const;
    return scale(graph, scatterEntries(graph, x, walk, graph.nodes[x].rows), scalar(1 / size ** 2));
  },
};
