/**
 * Plain descent: w ← w − rate·g.
 * @module
 */
import { subtract } from '../nodes/index.ts';
import type { OptimiserKind } from './optimiser.ts';

export interface Sgd {
  readonly type: 'sgd';
}

export const sgd: OptimiserKind<Sgd> = {
  settings: {},
  isPlain: true,
  update(_, { graph, name, role, parameter, gradient }) {
    const { rows, cols } = graph.nodes[parameter];
    return [{ name, node: parameter, updated: subtract(graph, parameter, gradient), rows, cols, role }];
  },
};
