/**
 * A data owner's side of a run: what it enters, and what it makes of the outputs that it receives.
 * @module
 */
import { oneHot, targetScaling } from '../data/labels.ts';
import type { Records, RecordsWanted } from '../data/records.ts';
import {
  localSquares,
  localSums,
  momentScaling,
  rangeScaling,
  type Scaling,
  squaresFactors,
  standardise,
  unitScaling,
} from '../data/standardise.ts';
import { invariant, TrefoilError } from '../errors.ts';
import type { RowSampler } from '../privacy/row-sampler.ts';
import type { Node, Revealed, RowRange } from '../runtime/node.ts';
import { pooledMeans, pooledMoments } from './moments.ts';
import { type Job, totalRows } from './schema.ts';

export interface OwnRecords {
  readonly train?: Records;
  readonly test?: Records;
  readonly validation?: Records;
}

/** What a party's file of one kind has to hold. */
export function recordsWanted(job: Job, rows: number): RecordsWanted {
  return { ...job.data, outOfRange: job.data.standardise === 'moments' ? 'refuse' : 'clip', rows };
}

/** The scaling of raw features that the job prescribes, from the pooled moments where it uses them. */
export function scalingOf(job: Job, revealed: Revealed): Scaling {
  const { features, standardise: how } = job.data;
  if (how === 'range-to-unit') return unitScaling(features);
  const range = rangeScaling(features);
  if (how === 'range') return range;
  return momentScaling(range, pooledMoments(job, revealed));
}

/** Weights and bias of each layer, as they were trained; none where the model is not revealed under that name. */
export function layersOf(
  revealed: Revealed,
  prefix = '',
): { readonly weights: Float64Array; readonly bias: Float64Array }[] {
  const layers: { weights: Float64Array; bias: Float64Array }[] = [];
  for (let layer = 1; ; layer++) {
    const [weights, bias] = ['weights', 'bias'].map((of) => revealed.get(`${prefix}${of} ${layer}`));
    if (weights === undefined || bias === undefined) return layers;
    layers.push({ weights, bias });
  }
}

/** The same as one list. */
export function parametersOf(revealed: Revealed): number[] {
  return layersOf(revealed).flatMap(({ weights, bias }) => [...weights, ...bias]);
}

/** Labels as the model is trained on them. */
function targets({ data }: Job, labels: Float64Array): Float64Array {
  if (data.classes !== undefined) return oneHot(labels, data.classes.length);
  if (data.target === undefined) return labels;
  const { centre, scale } = targetScaling(data.target);
  return labels.map((value) => (value - centre) / scale);
}

/** Some rows, without a copy. */
const slice = ({ features, labels, columns }: Records, { first, count }: RowRange): Records => ({
  features: features.subarray(first * columns, (first + count) * columns),
  labels: labels.subarray(first, first + count),
  rows: count,
  columns,
});

function pick({ features, labels, columns }: Records, chosen: Uint32Array): Records {
  const picked = new Float64Array(chosen.length * columns);
  chosen.forEach((row, i) => {
    picked.set(features.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return {
    features: picked,
    labels: Float64Array.from(chosen, (row) => labels[row]),
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

/** The values of this owner for an input of the plan; records are standardised as they enter, some rows at a time. */
export function ownerInputs(job: Job, own: OwnRecords, sampler?: RowSampler): Node['inputs'] {
  const none: Records = {
    features: new Float64Array(0),
    labels: new Float64Array(0),
    rows: 0,
    columns: job.data.features.length,
  };
  const { train = none, test = none, validation = none } = own;
  const range = rangeScaling(job.data.features);
  const smallest = job.data.standardise === 'range-to-unit' ? 0 : -job.data.clip;
  let sampled = none;
  const sample = (capacity: number) => {
    invariant(sampler !== undefined, 'a job that samples privately has a sampler');
    return pick(train, sampler.sample(capacity));
  };
  return (name, revealed, rows) => {
    switch (name) {
      case 'sample.features': // Asked for first in each step.
        sampled = sample(rows.count);
        return padded(
          standardise(sampled, scalingOf(job, revealed), job.data.clip, smallest),
          rows.count,
          train.columns,
        );
      case 'sample.labels': {
        const labels = targets(job, sampled.labels);
        return padded(labels, rows.count, job.data.classes?.length ?? 1);
      }
      case 'sample.padding':
        return Float64Array.from({ length: rows.count }, (_, i) => (i < sampled.rows ? 0 : 1));
      case 'sums':
        return localSums(train, range);
      case 'squares': {
        const means = pooledMeans(job, revealed);
        const factors = squaresFactors(means);
        return localSquares(train, range, means).map((square, k) => factors[k] * square);
      }
      case 'train.features':
        return standardise(slice(train, rows), scalingOf(job, revealed), job.data.clip, smallest);
      case 'train.labels':
        return targets(job, slice(train, rows).labels);
      case 'validation.features':
        return standardise(slice(validation, rows), scalingOf(job, revealed), job.data.clip, smallest);
      case 'validation.labels':
        return targets(job, slice(validation, rows).labels);
      case 'test.features':
        return standardise(slice(test, rows), scalingOf(job, revealed), job.data.clip, smallest);
      case 'test.labels':
        return targets(job, slice(test, rows).labels);
      default:
        throw new TrefoilError('TREFOIL_INTERNAL', `there is no input called ${name}`);
    }
  };
}

export interface Quality {
  readonly accuracy?: number;
  /** Null where there is none, for one of the `reasons`. */
  readonly auc?: number | null;
  /** How far the AUC may be off at the most, where rows were counted by bucket of their logits. */
  readonly aucError?: number;
  readonly logLoss?: number;
  readonly macroF1?: number;
  /** Rows of each class, by predicted class. */
  readonly confusionMatrix?: readonly (readonly number[])[];
  /** Mean, in the units of the label squared. */
  readonly squaredError?: number;
  /** Why a metric is null, by its key. */
  readonly reasons?: Readonly<Record<string, string>>;
}

/** The metrics that a node can compute from what it received; counts with noise may lie beyond what counts can be. */
export function qualityOf(job: Job, revealed: Revealed): Quality {
  const number = (name: string) => revealed.get(name)?.[0];
  const rows = totalRows(job, 'test');
  const [correct, logLoss, squaredError] = ['correct', 'log loss', 'squared error'].map(number);
  const positives = number('positives');
  const auc = halfOfPairs(number('ordered pairs'), positives, rows);
  const aucError = halfOfPairs(number('pairs in one bucket'), positives, rows);
  const macroF1 = macroF1Of(...['class hits', 'class predictions', 'class sizes'].map((name) => revealed.get(name)));
  const confusion = revealed.get('confusion matrix');
  const unit = job.data.target === undefined ? 1 : targetScaling(job.data.target).scale ** 2;
  return {
    ...(correct === undefined ? {} : { accuracy: Math.min(1, Math.max(0, correct / rows)) }),
    ...(auc === undefined ? {} : { auc }),
    ...(aucError === undefined || aucError === null ? {} : { aucError }),
    ...(auc === null ? { reasons: { auc: 'the test rows are of one class' } } : {}),
    ...(logLoss === undefined ? {} : { logLoss }),
    ...(macroF1 === undefined ? {} : { macroF1 }),
    ...(confusion === undefined ? {} : { confusionMatrix: rowsOf(confusion, Math.sqrt(confusion.length)) }),
    ...(squaredError === undefined ? {} : { squaredError: unit * squaredError }),
  };
}

/** Half of a number of pairs, as a part of all pairs of a positive and a negative row; null where there is no such pair. */
function halfOfPairs(
  counted: number | undefined,
  positives: number | undefined,
  rows: number,
): number | null | undefined {
  if (counted === undefined || positives === undefined) return undefined;
  const pairs = positives * (rows - positives);
  return pairs === 0 ? null : counted / 2 / pairs;
}

/** Noise on a count that is 0 may leave it above: from half a row on a class counts as there. */
const LEAST_COUNT = 0.5;

/** Mean of 2·hits / (predictions + size) over the classes that a row is of or is predicted to be of; with noise each score stays within 0 and 1. */
function macroF1Of(hits?: Float64Array, predictions?: Float64Array, sizes?: Float64Array): number | undefined {
  if (hits === undefined || predictions === undefined || sizes === undefined) return undefined;
  const scores = [...hits].flatMap((hit, c) => {
    const count = predictions[c] + sizes[c];
    return count < LEAST_COUNT ? [] : [Math.min(1, Math.max(0, (2 * hit) / count))];
  });
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

function rowsOf(matrix: Float64Array, columns: number): number[][] {
  return Array.from({ length: matrix.length / columns }, (_, r) => [
    ...matrix.subarray(r * columns, (r + 1) * columns),
  ]);
}
