/**
 * Descent with momentum: v ← momentum·v + g; w ← w − rate·v, or with Nesterov w ← w − rate·(g + momentum·v).
 * @module
 */
import { scalar } from '../graph.ts';
import { add, parameter as parameterNode, scale, subtract } from '../nodes/index.ts';
import { flag, memory, type OptimiserKind } from './optimiser.ts';

export interface Momentum {
  readonly type: 'momentum';
  readonly momentum: number;
  readonly nesterov: boolean;
}

export const momentum: OptimiserKind<Momentum> = {
  settings: { momentum: memory(0.9), nesterov: flag(false) },
  isPlain: false,
  update({ momentum, nesterov }, { graph, name, role, parameter, gradient }) {
    const { rows, cols } = graph.nodes[parameter];
    const velocity = parameterNode(graph, `velocity of ${name}`, rows, cols);
    const next = add(graph, scale(graph, velocity, scalar(momentum)), gradient);
    // g = v' − momentum·v: of the two velocities it is known to be small, whereas the gradient by itself has no scale yet.
    const direction = nesterov
      ? subtract(graph, scale(graph, next, scalar(1 + momentum)), scale(graph, velocity, scalar(momentum)))
      : next;
    const updated = subtract(graph, parameter, scale(graph, direction, scalar(1, 1)));
    return [
      { name: `velocity of ${name}`, node: velocity, updated: next, rows, cols, role: 'memory' },
      { name, node: parameter, updated, rows, cols, role },
    ];
  },
};
