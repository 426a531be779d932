/**
 * Standardising features that lie with several parties: everything here is local to one of them.
 *
 * Joint moments are taken of range-scaled values, so that each party's sums are bounded by its number of rows.
 * @module
 */

import type { FeatureRange } from './feature-range.ts';
import type { Records } from './records.ts';

/** x ↦ (x − centre) / scale, feature by feature. */
export interface Scaling {
  readonly centre: Float64Array;
  readonly scale: Float64Array;
}

/** Maps every declared range [low, high] to [-1, 1]. */
export function rangeScaling(features: readonly FeatureRange[]): Scaling {
  return {
    centre: Float64Array.from(features, ({ low, high }) => low / 2 + high / 2),
    scale: Float64Array.from(features, ({ low, high }) => high / 2 - low / 2),
  };
}

/** Maps every declared range [low, high] to [0, 1]. */
export function unitScaling(features: readonly FeatureRange[]): Scaling {
  return {
    centre: Float64Array.from(features, ({ low }) => low),
    scale: Float64Array.from(features, ({ low, high }) => high - low),
  };
}

/** Of range-scaled values x′ of one party's rows, feature by feature. */
export interface LocalMoments {
  readonly rows: number;
  /** Σ x′: within ± rows. */
  readonly sums: Float64Array;
  /** Σ (x′ − their own mean)². */
  readonly squares: Float64Array;
}

/** Two passes over all records: seconds for some hundred million values, so that a node takes them before it has peers that wait. */
export function localMoments({ features, rows, columns }: Records, scaling: Scaling): LocalMoments {
  const sums = sumOver(features, columns, scaling, new Float64Array(columns), (value) => value);
  const means = sums.map((sum) => sum / Math.max(1, rows));
  const squares = sumOver(features, columns, scaling, means, (value) => value * value);
  return { rows, sums, squares };
}

/** Σ (x′ − mean)² with the pooled means of x′: from 0 to 4 · rows. By the means of this party's own rows, so that no record is read again (Chan, Golub, LeVeque 1983). */
export function squaresAbout({ rows, sums, squares }: LocalMoments, means: Float64Array): Float64Array {
  if (rows === 0) return new Float64Array(means.length);
  return squares.map((square, j) => square + rows * (sums[j] / rows - means[j]) ** 2);
}

/**
 * By how much each feature's squares are multiplied before they are opened, by powers of two. Values within [−1, 1] of mean m have a variance of at
 * most 1 − m² (Bhatia, Davis 2000), so near an end of a range, where a range that is much too wide has its values, there is room for more digits.
 */
export function squaresFactors(means: Float64Array): Float64Array {
  return means.map((mean) => {
    const most = (1 - Math.abs(mean)) * (1 + Math.abs(mean));
    return 2 ** Math.max(0, Math.min(MOST_FACTOR_BITS, Math.floor(-Math.log2(Math.max(most, Number.MIN_VALUE)))));
  });
}

/** A mean that is opened is off by some units of float64. */
const MOST_FACTOR_BITS = 40;

/** What is pooled of range-scaled values, feature by feature: all divided by the number of rows. */
export interface Moments {
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** What rounding can make of a variance that is 0. */
  readonly resolved: Float64Array;
}

/** Whether a feature has no variance that rounding could not have made. */
export const isConstant = ({ variances, resolved }: Moments, feature: number): boolean =>
  variances[feature] <= resolved[feature];

/**
 * The scaling of raw values to mean 0 and variance 1. A constant feature is only centred and range-scaled, so that it is 0 wherever it has its
 * usual value.
 */
export function momentScaling(scaling: Scaling, moments: Moments): Scaling {
  const { means, variances } = moments;
  return {
    centre: scaling.centre.map((centre, j) => centre + scaling.scale[j] * means[j]),
    scale: scaling.scale.map((scale, j) => (isConstant(moments, j) ? scale : scale * Math.sqrt(variances[j]))),
  };
}

/** The scaled features, clipped to [floor, clip]; row-major, rows × columns. */
export function standardise(
  records: Pick<Records, 'features' | 'columns'>,
  scaling: Scaling,
  clip: number,
  floor: number = -clip,
): Float64Array {
  return records.features.map((value, i) => {
    const j = i % records.columns;
    return Math.min(clip, Math.max(floor, (value - scaling.centre[j]) / scaling.scale[j]));
  });
}

/** Σ term(x′ − from) of each feature. */
function sumOver(
  features: Float64Array,
  columns: number,
  { centre, scale }: Scaling,
  from: Float64Array,
  term: (value: number) => number,
): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < features.length; row += columns) {
    for (let j = 0; j < columns; j++) sums[j] += term((features[row + j] - centre[j]) / scale[j] - from[j]);
  }
  return sums;
}
