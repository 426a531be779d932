/**
 * Pooled fills at an owner of records: what it enters for them, and what all parties make of what was opened.
 * @module
 */
import { type PooledFeature, pooledFeatures, soundly } from '../../encoding/declaration.ts';
import { FillGrid } from '../../encoding/fill-grid.ts';
import type { Fills, PooledFill } from '../../encoding/missing.ts';
import { invariant } from '../../errors.ts';
import { fillOutput } from '../../plan/outputs/fills.ts';
import { FILL_BASE, FILL_BITS, FILL_INPUTS, FILL_PLACES, MIDDLE_PLACE } from '../../plan/training/fills.ts';
import type { Revealed } from '../../runtime/node.ts';
import type { Job } from '../file/job.ts';

export type FillInput = (typeof FILL_INPUTS)[number];

/** A sum that comes to exactly 0 counts as reached by a mean, and as not reached by a median. It takes one unit of every owner. */
const UNIT = 2 ** -FILL_BITS;
/** Thresholds outside the range are reached by all values or by none. */
const FARTHEST = 1.5;

/** The features with a pooled fill, in the order of the job. */
export const pooledOf = ({ data: { schema } }: Pick<Job, 'data'>): PooledFeature[] =>
  schema === undefined ? [] : pooledFeatures(soundly(schema));

const gridOf = (feature: PooledFeature) => new FillGrid(feature, MIDDLE_PLACE);

/** What an owner adds to the comparison with the threshold of a place: the sum over all owners is at least 0 where it is reached. */
type Contribution = (place: number) => number;

/** Of the values that there are of one feature, within its range. */
const CONTRIBUTIONS: Readonly<Record<PooledFill, (feature: PooledFeature, values: Float64Array) => Contribution>> = {
  /** Σ (x − t), in halves of the range. */
  mean(feature, values) {
    const grid = gridOf(feature);
    const [centre, scale] = [feature.low / 2 + feature.high / 2, feature.high / 2 - feature.low / 2];
    const sum = values.reduce((total, value) => total + (value - centre) / scale, 0);
    return (place) => {
      const threshold = (grid.threshold(place) - centre) / scale;
      return sum - values.length * Math.min(FARTHEST, Math.max(-FARTHEST, threshold)) + UNIT;
    };
  },
  /** The number of values, less twice that of those below. Of an even number of values it is the lower one of the two in the middle. */
  median(feature, values) {
    const grid = gridOf(feature);
    const below = new Uint32Array(FILL_PLACES);
    const sorted = values.toSorted();
    let count = 0;
    for (let place = 0; place < FILL_PLACES; place++) {
      const threshold = grid.threshold(place);
      while (count < sorted.length && sorted[count] < threshold) count++;
      below[place] = count;
    }
    return (place) => sorted.length - 2 * below[place] - UNIT;
  },
};

/** What an owner keeps of the values of one feature, to enter it. */
export interface FillSummary {
  readonly feature: PooledFeature;
  /** Values that there are. */
  readonly count: number;
  readonly contribution: Contribution;
}

/** `values` of the training rows of an owner, NaN where there is none. */
export function summaryOf(feature: PooledFeature, values: Float64Array): FillSummary {
  const { low, high, fill } = feature;
  const present = values.filter((value) => !Number.isNaN(value));
  const within = present.map((value) => Math.min(high, Math.max(low, value)));
  return { feature, count: within.length, contribution: CONTRIBUTIONS[fill](feature, within) };
}

/** What an owner enters for one digit of the fills of its features: a row for each, with a number for each threshold and the number of values. */
export function fillEntries(input: FillInput, summaries: readonly FillSummary[], revealed: Revealed): Float64Array {
  const entries = new Float64Array(summaries.length * FILL_BASE);
  summaries.forEach(({ feature, count, contribution }, i) => {
    const contributions = placesCompared(input, feature, revealed).map(contribution);
    entries.set([...contributions, count], i * FILL_BASE);
  });
  return entries;
}

/** The places that the fill is compared with: from 1 up, in steps of what this digit counts, behind the digits that are known. */
function placesCompared(input: FillInput, feature: PooledFeature, revealed: Revealed): number[] {
  const known = FILL_INPUTS.indexOf(input);
  const step = FILL_BASE ** (FILL_INPUTS.length - 1 - known);
  const before = known === 0 ? 0 : placeOf(feature, revealed) * FILL_BASE;
  return Array.from({ length: FILL_BASE - 1 }, (_, k) => (before + k + 1) * step);
}

/** The digits that are known. */
function placeOf({ name, fill }: PooledFeature, revealed: Revealed): number {
  const opened = revealed.get(fillOutput(fill, name));
  invariant(opened !== undefined, `the fill of ${name} has been revealed`);
  return opened[0];
}

/** The fills that all parties know once they are opened, by feature. */
export const fillsOf = (features: readonly PooledFeature[], revealed: Revealed): Fills =>
  Object.fromEntries(features.map((feature) => [feature.name, gridOf(feature).value(placeOf(feature, revealed))]));
