/**
 * Says of a party's own training records, before a run, what is too small to be seen in the ranges that the job declares. Nobody else learns it.
 * @module
 */

import type { FeatureRange } from '../../data/feature-range.ts';
import { targetScaling } from '../../data/labels.ts';
import type { Records } from '../../data/records.ts';
import { rangeScaling, unitScaling } from '../../data/standardise.ts';
import { holdingOf } from '../file/column-owners.ts';
import type { Job } from '../file/job.ts';
import { finerWeights } from '../report/finer-weights.ts';
import { recordColumns } from './filled-records.ts';

/** Rows that are looked at, spread over all. */
const MOST_ROWS = 4096;
const MOST_NAMES = 20;
/** The part of the deviation of values that rounding may take. */
const ROUNDED_PART = 1 / 4;
/** Units of a weight that labels should deviate by, so that a model of them has two digits. */
const LEAST_UNITS = 64;

export function coarseRecords(job: Job, party: string, { train }: { readonly train?: Records }): string[] {
  if (train === undefined || train.rows < 2) return [];
  const holding = holdingOf(job, party);
  const { hasLabel } = holding;
  const features = recordColumns(job, holding);
  return [...coarseFeatures(job, features, party, train), ...(hasLabel ? coarseTarget(job, party, train) : [])];
}

/** With pooled moments every feature is standardised to a deviation of 1, and the moments themselves say what is not resolved. */
function coarseFeatures(
  { data, numbers }: Job,
  features: readonly FeatureRange[],
  party: string,
  train: Records,
): string[] {
  if (data.standardise === 'moments') return [];
  const { centre, scale } = data.standardise === 'range' ? rangeScaling(features) : unitScaling(features);
  const unit = 2 ** -numbers.dataBits;
  const rows = chosenRows(train.rows);
  const coarse = features.filter((_, j) => {
    const read = rows.map((row) => train.features[row * train.columns + j]);
    const values = read.filter((value) => !Number.isNaN(value)).map((value) => (value - centre[j]) / scale[j]);
    if (values.every((value) => value === values[0])) return false;
    const rounding = Math.hypot(...values.map((value) => Math.round(value / unit) * unit - value));
    return rounding > ROUNDED_PART * spread(values);
  });
  if (coarse.length === 0) return [];
  const names = coarse.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = coarse.length > MOST_NAMES ? ` and ${coarse.length - MOST_NAMES} more` : '';
  return [
    `features of ${party} deviate by little more than numbers.dataBits resolve in their declared ranges, so that a model learns little of them: ` +
      `${names.join(', ')}${more}; narrow their ranges in data.features`,
  ];
}

function coarseTarget(job: Job, party: string, train: Records): string[] {
  const { data, numbers } = job;
  if (data.target === undefined) return [];
  const { scale } = targetScaling(data.target);
  const labels = chosenRows(train.rows).map((row) => train.labels[row] / scale);
  const deviation = spread(labels) / Math.sqrt(labels.length);
  if (labels.every((label) => label === labels[0]) || deviation >= LEAST_UNITS * 2 ** -numbers.fractionalBits)
    return [];
  return [
    `the labels of ${party} deviate by less than ${LEAST_UNITS} units in the last place of a weight, so that predictions are coarse: ` +
      ['narrow data.target', finerWeights(job) ?? []].flat().join(', or '),
  ];
}

function chosenRows(rows: number): number[] {
  const count = Math.min(rows, MOST_ROWS);
  return Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

/** Root of the sum of squares around the mean. */
function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.hypot(...values.map((value) => value - mean));
}
