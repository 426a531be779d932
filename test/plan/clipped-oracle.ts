/**
 * Gradients clipped one row at a time in float64, and how far a run on shares may be from them.
 * @module
 */

import { evaluate } from '../../src/graph/evaluate.ts';
import { shortFormOf } from '../../src/graph/layers/short-form.ts';
import { mlp } from '../../src/graph/mlp.ts';
import type { ClippedScales } from '../../src/plan/lowering/clipped-scales.ts';
import { clippedSensitivity } from '../../src/plan/training/clipped-sensitivity.ts';
import { type Batch, type Clipping, clippedStep } from './clipped-step.ts';

export const squared = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x * x, 0);
const norm = (values: ArrayLike<number>) => Math.sqrt(squared(values));

export const rowOf = (values: ArrayLike<number>, row: number, rows: number): number[] => {
  const cols = values.length / rows;
  return Array.from({ length: cols }, (_, c) => values[row * cols + c]);
};

/** The gradient of one row's loss with respect to each parameter. */
function gradientsOfRow({ architecture }: Clipping, batch: Batch, row: number): number[][] {
  const rows = batch.padding.length;
  const { graph, state } = mlp(architecture, { batch: 1, l2: 0, optimiser: { type: 'sgd' } });
  const bindings = new Map([
    ['features', Float64Array.from(rowOf(batch.features, row, rows))],
    ['labels', Float64Array.from(rowOf(batch.labels, row, rows))],
    ...state.map(({ name }, i) => [name, Float64Array.from(batch.parameters[i])] as const),
  ]);
  const values = evaluate(graph, bindings, 1);
  return state.map(({ updated }, i) => batch.parameters[i].map((w, at) => w - values[updated][at]));
}

export interface Oracle {
  /** One for each parameter. */
  readonly sums: readonly Float64Array[];
  /** Norms of the rows that are no padding, before they are clipped. */
  readonly norms: readonly number[];
  /** What a run on shares may be off, as an L2 norm over all sums. */
  readonly tolerance: number;
}

export function oneByOne(clipping: Clipping, batch: Batch): Oracle {
  const { limit, expectedBatch } = clipping;
  const { scales } = clippedStep(clipping, batch);
  const ofFactor = factorError(clipping, scales);
  const sums = batch.parameters.map((parameter) => new Float64Array(parameter.length));
  const norms: number[] = [];
  let tolerance = 0;
  for (const [row, isPadding] of batch.padding.entries()) {
    if (isPadding === 1) continue;
    const weight = batch.rowWeights?.[row] ?? 1;
    const gradients = gradientsOfRow(clipping, batch, row).map((gradient) => gradient.map((g) => weight * g));
    const size = norm(gradients.map(norm));
    norms.push(size);
    const factor = size === 0 ? 0 : Math.min(1, limit / size) / expectedBatch;
    for (const [i, gradient] of gradients.entries()) {
      for (const [at, g] of gradient.entries()) sums[i][at] += factor * g;
    }
    const off = gradientError(clipping, batch, scales, gradients);
    // Clipping brings two vectors that both are this much longer than the limit so much closer together, and never apart.
    const closer = Math.min(1, limit / Math.max(limit, size - off));
    tolerance += (off * closer + ofFactor) / expectedBatch;
  }
  return { sums, norms, tolerance };
}

/** Of the factor, times the limit: that of an inverse root, and (‖a‖² + 1)/C² up to four units too large, of 2^−10 of it at the most. */
function factorError({ limit }: Clipping, scales: ClippedScales): number {
  return clippedSensitivity(scales) - limit + limit * 2 * 2 ** -10;
}

/**
 * What one row's gradient on shares is off, before it is clipped. Series: a probability of a softmax 2e-3, a sigmoid 2.1e-4 and what its table
 * adds, together below 5e-4. Layers are rounded to 2^−12 and their error goes through ‖W‖. δ is rounded to `gradientBits`, and on the
 * way back goes through ‖W‖, and for sigmoids through a slope of at most 1/4 that is off by as much as they are.
 */
function gradientError(
  { architecture }: Clipping,
  batch: Batch,
  { layers, gradientBits }: ClippedScales,
  gradients: readonly (readonly number[])[],
): number {
  const unit = 2 ** -gradientBits;
  const isSigmoid = shortFormOf(architecture.layers)?.activation === 'sigmoid';
  const ofLayer = isSigmoid ? 5e-4 + 2 ** -12 : 2 ** -12;
  const weights = layers.map((_, l) => norm(batch.parameters[2 * l]));
  const width = (l: number) => Math.sqrt(layers[l].cols);
  // Errors of the inputs: records have none.
  const inputs = [0];
  const steepest = isSigmoid ? 0.25 + ofLayer : 1;
  for (let l = 0; l < layers.length; l++) inputs.push(inputs[l] * weights[l] * steepest + width(l) * ofLayer);
  const ofSeries = { softmax: 2e-3, sigmoid: 5e-4, linear: 0 }[architecture.output];
  let gradient = inputs[layers.length - 1] * weights[layers.length - 1] + width(layers.length - 1) * (ofSeries + unit);
  let total = 0;
  for (let l = layers.length - 1; l >= 0; l--) {
    const size = norm(gradients[2 * l + 1]);
    const input = size === 0 ? 0 : norm(gradients[2 * l]) / size;
    total += Math.hypot(input, 1) * gradient + inputs[l] * (size + gradient);
    if (l === 0) break;
    const slope = isSigmoid ? inputs[l] * weights[l] * size : 0;
    gradient = gradient * weights[l] * steepest + slope + width(l - 1) * unit;
  }
  return total;
}
