/**
 * A data owner's side of a run: what it enters, and what it makes of the outputs that it receives.
 * @module
 */
import { oneHot, targetScaling } from '../../data/labels.ts';
import type { Records } from '../../data/records.ts';
import {
  momentScaling,
  rangeScaling,
  type Scaling,
  squaresAbout,
  squaresFactors,
  standardise,
  unitScaling,
} from '../../data/standardise.ts';
import { invariant, TrefoilError } from '../../errors.ts';
import { MOMENTS } from '../../plan/outputs/moments.ts';
import { type Copy, parameterOutput } from '../../plan/outputs/parameters.ts';
import type { ColumnRange } from '../../plan/plan.ts';
import type { OwnRows } from '../../plan/records.ts';
import type { RowSampler } from '../../privacy/noise/row-sampler.ts';
import type { Node, Revealed } from '../../runtime/node.ts';
import { everyColumn, type Holding } from '../file/column-owners.ts';
import type { Job } from '../file/job.ts';
import { filledRecords } from './filled-records.ts';
import { pooledMeans, pooledMoments } from './moments.ts';
import type { OwnRecords } from './own-records.ts';
import { classCounts, rowWeights } from './row-weights.ts';

/** The scaling of raw features that the job prescribes, from the pooled moments where it uses them. */
export function scalingOf(job: Job, revealed: Revealed): Scaling {
  const { features, standardise: how } = job.data;
  if (how === 'range-to-unit') return unitScaling(features);
  const range = rangeScaling(features);
  if (how === 'range') return range;
  return momentScaling(range, pooledMoments(job, revealed));
}

/** Weights and bias of each layer, as they were trained; none where that copy of the model is not revealed. */
export function layersOf(
  revealed: Revealed,
  copy: Copy = 'released',
): { readonly weights: Float64Array; readonly bias: Float64Array }[] {
  const layers: { weights: Float64Array; bias: Float64Array }[] = [];
  for (let layer = 1; ; layer++) {
    const [weights, bias] = (['weights', 'bias'] as const).map((of) =>
      revealed.get(parameterOutput(`${of} ${layer}`, copy)),
    );
    if (weights === undefined || bias === undefined) return layers;
    layers.push({ weights, bias });
  }
}

/** The same as one list. */
export function parametersOf(revealed: Revealed): Float64Array {
  return joined(layersOf(revealed).flatMap(({ weights, bias }) => [weights, bias]));
}

/** One list after the other, in one place: a wide model has millions of numbers. */
export function joined(lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** Labels as the model is trained on them. */
function targets({ data }: Job, labels: Float64Array): Float64Array {
  if (data.classes !== undefined) return oneHot(labels, data.classes.length);
  if (data.target === undefined) return labels;
  const { centre, scale } = targetScaling(data.target);
  return labels.map((value) => (value - centre) / scale);
}

/** Of rows with an owner's columns those that are asked for, which follow each other. */
function someColumns(values: Float64Array, own: readonly number[], asked: ColumnRange | undefined): Float64Array {
  if (asked === undefined || asked.count === own.length) return values;
  const [first, width] = [own.indexOf(asked.first), own.length];
  const rows = width === 0 ? 0 : values.length / width;
  const chosen = new Float64Array(rows * asked.count);
  for (let row = 0; row < rows; row++) {
    const from = row * width + first;
    chosen.set(values.subarray(from, from + asked.count), row * asked.count);
  }
  return chosen;
}

/** Some rows, without a copy. */
const slice = ({ features, labels, weights, columns }: Records, { first, count }: OwnRows): Records => ({
  features: features.subarray(first * columns, (first + count) * columns),
  labels: labels.subarray(first, first + count),
  ...(weights === undefined ? {} : { weights: weights.subarray(first, first + count) }),
  rows: count,
  columns,
});

function pick({ features, labels, weights, columns }: Records, chosen: Uint32Array): Records {
  const picked = new Float64Array(chosen.length * columns);
  chosen.forEach((row, i) => {
    picked.set(features.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return {
    features: picked,
    labels: Float64Array.from(chosen, (row) => labels[row]),
    ...(weights === undefined ? {} : { weights: Float64Array.from(chosen, (row) => weights[row]) }),
    rows: chosen.length,
    columns,
  };
}

/** Sampled records with the rows of padding after them, which have features and labels 0 and say so. */
function padded(values: Float64Array, rows: number, width: number): Float64Array {
  const all = new Float64Array(rows * width);
  all.set(values);
  return all;
}

/** The columns of a scaling that an owner has. */
const ofColumns = ({ centre, scale }: Scaling, columns: readonly number[]): Scaling => ({
  centre: Float64Array.from(columns, (j) => centre[j]),
  scale: Float64Array.from(columns, (j) => scale[j]),
});

/**
 * The values of this owner for an input of the plan; records are standardised as they enter, some rows at a time. `holding` says which columns the
 * records have; without it they have all. What fills and moments need of the records is summed here and now, which takes seconds where they are many: a node
 * calls this before it has peers that wait for it.
 */
export function ownerInputs(
  job: Job,
  own: OwnRecords,
  sampler?: RowSampler,
  holding: Holding = everyColumn(job),
): Node['inputs'] {
  const { columns: ownColumns } = holding;
  const none: Records = {
    features: new Float64Array(0),
    labels: new Float64Array(0),
    rows: 0,
    columns: ownColumns.length,
  };
  const { train = none, test = none, validation = none } = own;
  const smallest = job.data.standardise === 'range-to-unit' ? 0 : -job.data.clip;
  let sampled = none;
  const sample = (capacity: number) => {
    invariant(sampler !== undefined, 'a job that samples privately has a sampler');
    return pick(train, sampler.sample(capacity));
  };
  const { filled, moments, entries } = filledRecords(job, holding, train);
  const scaled = (records: Records, revealed: Revealed) =>
    standardise(filled(records, revealed), ofColumns(scalingOf(job, revealed), ownColumns), job.data.clip, smallest);
  const featuresOf = (records: Records, revealed: Revealed, rows: OwnRows) =>
    someColumns(scaled(slice(records, rows), revealed), ownColumns, rows.columns);
  return (name, revealed, rows) => {
    switch (name) {
      case 'sample.features': // Asked for first in each step.
        sampled = sample(rows.count);
        return padded(scaled(sampled, revealed), rows.count, ownColumns.length);
      case 'sample.labels': {
        const labels = targets(job, sampled.labels);
        return padded(labels, rows.count, job.data.classes?.length ?? 1);
      }
      case 'sample.weights':
        return padded(rowWeights(job, sampled, revealed), rows.count, 1);
      case 'sample.padding':
        return Float64Array.from({ length: rows.count }, (_, i) => (i < sampled.rows ? 0 : 1));
      case 'classCounts':
        return classCounts(job, train);
      case 'fills.first':
      case 'fills.last':
        return entries(name, revealed);
      case MOMENTS.sums:
        return moments(revealed).sums;
      case MOMENTS.squares: {
        const pooled = pooledMeans(job, revealed);
        const means = Float64Array.from(ownColumns, (j) => pooled[j]);
        const factors = squaresFactors(means);
        return squaresAbout(moments(revealed), means).map((square, k) => factors[k] * square);
      }
      case 'train.features':
        return featuresOf(train, revealed, rows);
      case 'train.labels':
        return targets(job, slice(train, rows).labels);
      case 'train.weights':
        return rowWeights(job, slice(train, rows), revealed);
      case 'train.weightedFeatures': {
        const weights = rowWeights(job, slice(train, rows), revealed);
        return featuresOf(train, revealed, rows).map((value, i) => value * weights[Math.floor(i / ownColumns.length)]);
      }
      case 'validation.features':
        return featuresOf(validation, revealed, rows);
      case 'validation.labels':
        return targets(job, slice(validation, rows).labels);
      case 'test.features':
        return featuresOf(test, revealed, rows);
      case 'test.labels':
        return targets(job, slice(test, rows).labels);
      default:
        throw new TrefoilError('TREFOIL_INTERNAL', `there is no input called ${name}`);
    }
  };
}
