/**
 * Adam: m ← m + (1 − β₁)·(g − m); v ← v + (1 − β₂)·(g² − v); w ← w − rate·m / √(v + ε²).
 *
 * The rate of a step carries both bias corrections: that is the efficient form of Kingma and Ba (2015, end of section 2), but for ε, which
 * stands inside the root as ε², where it keeps the argument away from 0. The divisor is between √½ and 1 times the √v + ε that they have.
 * @module
 */
import { multiply, parameter as parameterNode, subtract } from '../nodes/index.ts';
import { divisor, memory, type OptimiserKind } from './optimiser.ts';
import { limitedGradient, SLACK, stepOverRoot, towards } from './over-root-of-squares.ts';

export interface Adam {
  readonly type: 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** What no correction of twelve digits shows. */
const SETTLED = 2 ** -60;

export const adam: OptimiserKind<Adam> = {
  settings: { beta1: memory(0.9), beta2: memory(0.999), epsilon: divisor(1e-3) },
  isPlain: false,
  /** The first moment over the root of the second has a bound only where the first forgets faster. */
  problem({ beta1, beta2 }) {
    if (beta1 ** 2 < beta2) return undefined;
    const square = Number((beta1 ** 2).toPrecision(3));
    return { key: 'beta2', says: `must be above the square of beta1, which is ${square}` };
  },
  /** The rate times √(1 − β₂ᵗ) / (1 − β₁ᵗ) in step t, counted from 1. */
  stepRates({ beta1, beta2 }) {
    let [power1, power2] = [1, 1];
    return {
      isSettled: () => Math.max(power1, power2) < SETTLED,
      next(rate) {
        power1 *= beta1;
        power2 *= beta2;
        return (rate * Math.sqrt(1 - power2)) / (1 - power1);
      },
    };
  },
  update({ beta1, beta2, epsilon }, updated) {
    const { graph, name, role, parameter } = updated;
    const { rows, cols } = graph.nodes[parameter];
    const { slope, limit } = limitedGradient(updated);
    const [meanName, squareName] = ['first', 'second'].map((moment) => `${moment} moment of ${name}`);
    const [mean, square] = [meanName, squareName].map((moment) => parameterNode(graph, moment, rows, cols));
    const nextMean = towards(graph, mean, slope, beta1);
    const nextSquare = towards(graph, square, multiply(graph, slope, slope), beta2);
    // |m| ≤ (1 − β₁)·Σ β₁ⁱ|g| and v = (1 − β₂)·Σ β₂ⁱg², so |m|/√v has a bound by Cauchy and Schwarz, for β₁² < β₂.
    const most = (SLACK * (1 - beta1)) / Math.sqrt((1 - beta2) * (1 - beta1 ** 2 / beta2));
    const change = stepOverRoot(updated, nextMean, { square: nextSquare, called: squareName }, epsilon, most);
    return [
      { name: meanName, node: mean, updated: nextMean, rows, cols, role: 'memory', bound: SLACK * limit },
      { name: squareName, node: square, updated: nextSquare, rows, cols, role: 'squares', bound: SLACK * limit ** 2 },
      { name, node: parameter, updated: subtract(graph, parameter, change), rows, cols, role },
    ];
  },
};
