/**
 * RMSProp (Hinton 2012, lecture 6e of "Neural Networks for Machine Learning"): v ← v + (1 − decay)·(g² − v); w ← w − rate·g / √(v + ε²).
 *
 * As with Adam, ε stands inside the root, where it keeps the argument away from 0. Nothing corrects the first steps, in which v is small:
 * the very first one is up to 1/√(1 − decay) times the rate.
 * @module
 */
import { multiply, parameter as parameterNode, subtract } from '../nodes/index.ts';
import { divisor, memory, type OptimiserKind } from './optimiser.ts';
import { limitedGradient, SLACK, stepOverRoot, towards } from './over-root-of-squares.ts';

export interface RmsProp {
  readonly type: 'rmsprop';
  readonly decay: number;
  readonly epsilon: number;
}

export const rmsprop: OptimiserKind<RmsProp> = {
  settings: { decay: memory(0.9), epsilon: divisor(1e-3) },
  isPlain: false,
  update({ decay, epsilon }, updated) {
    const { graph, name, role, parameter } = updated;
    const { rows, cols } = graph.nodes[parameter];
    const { slope, limit } = limitedGradient(updated);
    const squareName = `mean square of ${name}`;
    const square = parameterNode(graph, squareName, rows, cols);
    const next = towards(graph, square, multiply(graph, slope, slope), decay);
    // v is (1 − decay)·g² at the least.
    const most = SLACK / Math.sqrt(1 - decay);
    const change = stepOverRoot(updated, slope, { square: next, called: squareName }, epsilon, most);
    return [
      { name: squareName, node: square, updated: next, rows, cols, role: 'squares', bound: SLACK * limit ** 2 },
      { name, node: parameter, updated: subtract(graph, parameter, change), rows, cols, role },
    ];
  },
};
