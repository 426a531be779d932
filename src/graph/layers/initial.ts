/**
 * How the weights of a layer begin: uniform around 0, with the variance that keeps what goes through the layer as large as it comes in.
 * @module
 */
import type { Initial, WeightShape } from './layer.ts';

const DIVISORS: Readonly<Record<Initial, (shape: WeightShape) => number>> = {
  he: ({ rows }) => rows,
  glorot: ({ rows, fanOut }) => rows + fanOut,
};

/** Weights begin within ± this. */
export const reachOf = (initial: Initial, shape: WeightShape): number => Math.sqrt(6 / DIVISORS[initial](shape));
