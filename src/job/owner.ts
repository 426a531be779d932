/**
 * A data owner's side of a run: what it enters, and what it makes of the outputs that it receives.
 * @module
 */
import type { Records, RecordsWanted } from '../data/records.ts';
import {
  localSquares,
  localSums,
  momentScaling,
  rangeScaling,
  type Scaling,
  standardise,
  unitScaling,
} from '../data/standardise.ts';
import { invariant, TrefoilError } from '../errors.ts';
import type { Metric } from '../plan/evaluation-phases.ts';
import type { Revealed } from '../runtime/node.ts';
import type { Job } from './schema.ts';
import { totalRows } from './task.ts';

export interface OwnRecords {
  readonly train?: Records;
  readonly test?: Records;
}

/** What a party's file of one kind has to hold. */
export function recordsWanted(job: Job, rows: number): RecordsWanted {
  return { ...job.data, outOfRange: job.data.standardise === 'moments' ? 'refuse' : 'clip', rows };
}

function output(revealed: Revealed, name: string): Float64Array {
  const value = revealed.get(name);
  invariant(value !== undefined, `${name} has been revealed`);
  return value;
}

/** The scaling of raw features that the job prescribes, from the pooled moments where it uses them. */
export function scalingOf(job: Job, revealed: Revealed): Scaling {
  const { features, standardise: how } = job.data;
  if (how === 'range-to-unit') return unitScaling(features);
  const range = rangeScaling(features);
  if (how === 'range') return range;
  const rows = totalRows(job, 'train');
  const mean = (name: string) => output(revealed, name).map((sum) => sum / rows);
  return momentScaling(range, mean('sums'), mean('squares'));
}

/** The model as it was trained: weights, then bias. */
export function parametersOf(revealed: Revealed): number[] {
  return ['weights', 'bias'].flatMap((name) => [...(revealed.get(name) ?? [])]);
}

/** The values of this owner for an input of the plan. */
export function ownerInputs(job: Job, own: OwnRecords): (name: string, revealed: Revealed) => Float64Array {
  const none: Records = {
    features: new Float64Array(0),
    labels: new Float64Array(0),
    rows: 0,
    columns: job.data.features.length,
  };
  const { train = none, test = none } = own;
  const range = rangeScaling(job.data.features);
  return (name, revealed) => {
    switch (name) {
      case 'sums':
        return localSums(train, range);
      case 'squares': {
        const rows = totalRows(job, 'train');
        return localSquares(
          train,
          range,
          output(revealed, 'sums').map((sum) => sum / rows),
        );
      }
      case 'train.features':
        return standardise(train, scalingOf(job, revealed), job.data.clip);
      case 'train.labels':
        return train.labels;
      case 'test.features':
        return standardise(test, scalingOf(job, revealed), job.data.clip);
      case 'test.labels':
        return test.labels;
      default:
        throw new TrefoilError('TREFOIL_INTERNAL', `there is no input called ${name}`);
    }
  };
}

export type Quality = Partial<Record<Metric, number>>;

/** The metrics that a node can compute from what it received. */
export function qualityOf(job: Job, revealed: Revealed): Quality {
  const number = (name: string) => revealed.get(name)?.[0];
  const rows = totalRows(job, 'test');
  const [correct, logLoss, orderedPairs, positives] = ['correct', 'log loss', 'ordered pairs', 'positives'].map(number);
  const pairs = positives === undefined ? 0 : positives * (rows - positives);
  // Of one class alone there is no order to measure.
  const auc = orderedPairs === undefined || pairs === 0 ? undefined : orderedPairs / 2 / pairs;
  return {
    ...(correct === undefined ? {} : { accuracy: correct / rows }),
    ...(auc === undefined ? {} : { auc }),
    ...(logLoss === undefined ? {} : { logLoss }),
  };
}
