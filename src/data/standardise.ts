/**
 * Standardising features that lie with several parties: everything here is local to one of them.
 *
 * Joint moments are taken of range-scaled values, so that each party's sums are bounded by its number of rows.
 * @module
 */

import type { FeatureRange, Records } from './records.ts';

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

/** Σ x′ over this party's rows, x′ being the range-scaled value: within ± rows. */
export function localSums(records: Records, scaling: Scaling): Float64Array {
  return sumOver(records, scaling, (value) => value);
}

/** Σ (x′ − mean)² over this party's rows, with the pooled means of x′: from 0 to 4 · rows. */
export function localSquares(records: Records, scaling: Scaling, means: Float64Array): Float64Array {
  return sumOver(records, scaling, (value, j) => (value - means[j]) ** 2);
}

/**
 * The scaling of raw values to mean 0 and variance 1, from the pooled means and variances (divided by N) of range-scaled
 * values. A feature without variance is only centred and range-scaled, so that it is 0 wherever it has its usual value.
 */
export function momentScaling(scaling: Scaling, means: Float64Array, variances: Float64Array): Scaling {
  return {
    centre: scaling.centre.map((centre, j) => centre + scaling.scale[j] * means[j]),
    // An opened variance carries a rounding error, so that a zero can come out below zero.
    scale: scaling.scale.map((scale, j) => (variances[j] > 0 ? scale * Math.sqrt(variances[j]) : scale)),
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

function sumOver(records: Records, scaling: Scaling, term: (value: number, column: number) => number): Float64Array {
  const sums = new Float64Array(records.columns);
  records.features.forEach((value, i) => {
    const j = i % records.columns;
    sums[j] += term((value - scaling.centre[j]) / scaling.scale[j], j);
  });
  return sums;
}
