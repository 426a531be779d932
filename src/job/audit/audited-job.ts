/**
 * A user's job cut down to a run that can be made some hundred times: the same parties, trust mode and architecture, few records and steps.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { holdingOf } from '../file/column-owners.ts';
import type { Job, JobParty } from '../file/job.ts';
import { isSplitByColumns } from '../file/row-counts.ts';
import type { OwnRecords } from '../node/own-records.ts';

/** Training rows and test rows of each party that has any. */
const TRAIN_ROWS = 4;
const TEST_ROWS = 2;
const BATCH = 4;
/** A rate for large batches or clipped gradients would trip the range alarm on these. */
const RATE = { schedule: 'constant', initial: 0.01 } as const;
/** A logistic regression opens so little in a step that it takes more of them to a million values. */
const EPOCHS = { logistic: 4, mlp: 2 };

/**
 * The job with few rows, without privacy, whose noise could only cover what should not be there, and without early stopping and release gate,
 * since a run of a few steps has nothing to stop, and its model goes nowhere.
 */
export function auditedJob(job: Job): Job {
  const { privacy, audit, ...rest } = job;
  const { earlyStopping, ...training } = job.training;
  // Columns of the same rows count once.
  const owners = isSplitByColumns(job.parties) ? job.parties.length : 1;
  const cut = (party: JobParty): JobParty => ({
    ...party,
    train: Math.min(party.train, TRAIN_ROWS * owners),
    test: Math.min(party.test, TEST_ROWS * owners),
    validation: 0,
  });
  const [first, second, third] = job.parties;
  const parties = [cut(first), cut(second), cut(third)] as const;
  const batch = parties.reduce((rows, { train }) => Math.min(BATCH, rows + train), 0);
  return Object.freeze({
    ...rest,
    parties,
    training: {
      ...training,
      epochs: EPOCHS[job.model.type],
      batch,
      learningRate: RATE,
    },
    reveal: { ...job.reveal, validation: [] },
  });
}

/** The first rows of each party, as many as the cut job has; parties in the order of the job. */
export function auditedRecords(job: Job, owners: readonly OwnRecords[]): OwnRecords[] {
  return job.parties.map((party, i) => eachKind(owners[i], (all, kind) => firstRows(all, party[kind])));
}

/** So many records with the smallest value of every feature and the first label. They are far from any that occur. */
export function otherRecords(job: Job, owners: readonly OwnRecords[]): OwnRecords[] {
  const { target } = job.data;
  const label = target === undefined ? 0 : target[0];
  return owners.map((own, i) => {
    const { features } = holdingOf(job, job.parties[i].name);
    return eachKind(own, ({ rows, columns }) => ({
      features: Float64Array.from({ length: rows * columns }, (_, at) => features[at % columns].low),
      labels: new Float64Array(rows).fill(label),
      rows,
      columns,
    }));
  });
}

function eachKind({ train, test }: OwnRecords, of: (records: Records, kind: 'train' | 'test') => Records): OwnRecords {
  return {
    ...(train === undefined ? {} : { train: of(train, 'train') }),
    ...(test === undefined ? {} : { test: of(test, 'test') }),
  };
}

const firstRows = ({ features, labels, weights, columns }: Records, rows: number): Records => ({
  features: features.slice(0, rows * columns),
  labels: labels.slice(0, rows),
  ...(weights === undefined ? {} : { weights: weights.slice(0, rows) }),
  rows,
  columns,
});
