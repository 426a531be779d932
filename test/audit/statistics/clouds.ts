/** Small records: two features around the corner of their class, and labels of which some are wrong. */
import { Draws } from '../../../src/audit/models/draws.ts';
import type { Records } from '../../../src/data/records.ts';
import { type Architecture, perceptron } from '../../../src/graph/mlp.ts';

export const SMALL: Architecture = perceptron({
  inputs: 4,
  hidden: [24],
  activation: 'relu',
  output: 'softmax',
  outputs: 3,
});

export function clouds(rows: number, wrong: number, seed: string): Records {
  const draws = new Draws(seed, 'clouds');
  const classes = Array.from({ length: rows }, () => draws.below(SMALL.outputs));
  const features = classes.flatMap((c) =>
    Array.from({ length: SMALL.inputs }, (_, j) => Number(j === c) + 0.5 * draws.gaussian()),
  );
  const labels = classes.map((c) => (draws.uniform() < wrong ? draws.below(SMALL.outputs) : c));
  return { features: Float64Array.from(features), labels: Float64Array.from(labels), rows, columns: SMALL.inputs };
}
