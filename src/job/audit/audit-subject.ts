/**
 * What an audit of a job attacks: its records as the model sees them, its network, and how that is trained.
 * @module
 */

import { chosenRecords } from '../../audit/models/chosen-records.ts';
import type { PlainTraining } from '../../audit/models/plain-training.ts';
import type { PrivateTraining } from '../../audit/models/private-training.ts';
import type { Records } from '../../data/records.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { CLASS_COUNTS } from '../../plan/outputs/class-counts.ts';
import { MOMENTS } from '../../plan/outputs/moments.ts';
import { gradientMultiplier } from '../../plan/training/private-task.ts';

import { outsideFactor } from '../../privacy/noise/noise-scale.ts';
import type { Revealed } from '../../runtime/node.ts';
import { type Job, type Privacy, type RowKind, totalRows } from '../file/job.ts';
import type { JobPrivacy } from '../file/privacy.ts';
import { hasColumns, isSplitByColumns } from '../file/row-counts.ts';
import { weightsTask } from '../file/row-weights.ts';
import { architectureOf } from '../file/task.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { ownerInputs } from '../node/owner.ts';
import { rowWeights } from '../node/row-weights.ts';
import { joined } from '../rehearsal/all-records.ts';

export interface AuditSubject {
  readonly architecture: Architecture;
  /** In the order of the job; features are standardised, labels as `Records` has them, of a target scaled. */
  readonly owners: readonly OwnerRecords[];
  /**
   * Where parties have different columns of the same rows: their names. `owners` then has these rows whole, dealt to the parties in turn: federated
   * learning has no other way.
   */
  readonly sharedBy?: readonly string[];
  /** Smallest and largest value that a standardised feature can have. */
  readonly range: readonly [low: number, high: number];
  readonly featureNames: readonly string[];
  /** Where the features are one series of columns of the same range, as many as a square has. */
  readonly picture?: { readonly rows: number; readonly columns: number };
}

export interface OwnerRecords {
  readonly name: string;
  readonly train: Records;
  readonly test: Records;
}

/** Fewer are a table. */
const LEAST_PIXELS = 16;

export function auditSubject(job: Job, owners: readonly OwnRecords[]): AuditSubject {
  const { data, parties } = job;
  const revealed = momentsOf(job, owners);
  const picture = pictureOf(data.features);
  const isSplit = isSplitByColumns(parties);
  const whole = isSplit ? dealtRows(job, owners) : owners;
  return {
    architecture: architectureOf(job),
    owners: parties.map(({ name }, i) => ({ name, ...standardisedRecords(job, whole[i], revealed) })),
    ...(isSplit ? { sharedBy: parties.filter(hasColumns).map(({ name }) => name) } : {}),
    range: [data.standardise === 'range-to-unit' ? 0 : -data.clip, data.clip],
    featureNames: data.features.map(({ name }) => name),
    ...(picture === undefined ? {} : { picture }),
  };
}

/** Rows of all columns for each party in turn, a part of them that follows the part before. */
function dealtRows(job: Job, owners: readonly OwnRecords[]): OwnRecords[] {
  const parts = job.parties.length;
  const dealt = (kind: 'train' | 'test', part: number): Records => {
    const all = joined(job, owners, kind);
    const [first, end] = [part, part + 1].map((at) => Math.floor((at * all.rows) / parts));
    return chosenRecords(
      all,
      Uint32Array.from({ length: end - first }, (_, i) => first + i),
    );
  };
  return job.parties.map((_, part) => ({ train: dealt('train', part), test: dealt('test', part) }));
}

/** As the model sees them, with the moments that were opened. */
export function standardisedRecords(job: Job, own: OwnRecords, revealed: Revealed): Omit<OwnerRecords, 'name'> {
  const { data } = job;
  const inputs = ownerInputs(job, own);
  const standardised = (kind: RowKind): Records => {
    const { rows = 0, labels = new Float64Array(0) } = own[kind] ?? {};
    const range = { first: 0, count: rows };
    const [features, scaled] = ['features', 'labels'].map((of) => inputs(`${kind}.${of}`, revealed, range));
    const all = { features, labels: data.target === undefined ? labels : scaled, rows, columns: data.features.length };
    const raw = own[kind];
    if (raw === undefined || weightsTask(job) === undefined) return all;
    return { ...all, weights: rowWeights(job, raw, revealed) };
  };
  return { train: standardised('train'), test: standardised('test') };
}

/** What the parties would open of pooled moments and class counts, where the job uses them. */
function momentsOf(job: Job, owners: readonly OwnRecords[]): Map<string, Float64Array> {
  const revealed = new Map<string, Float64Array>();
  const inputs = ownerInputs(job, { train: joined(job, owners, 'train') });
  const rows = { first: 0, count: 1 };
  const open = (name: string, as = name) => revealed.set(as, inputs(name, revealed, rows));
  if (job.training.classWeights === 'balanced') open('classCounts', CLASS_COUNTS);
  if (job.data.standardise !== 'moments') return revealed;
  for (const name of Object.values(MOMENTS)) open(name);
  return revealed;
}

function pictureOf(features: Job['data']['features']): AuditSubject['picture'] {
  const side = Math.round(Math.sqrt(features.length));
  const [{ name, low, high }] = features;
  const series = name.replace(/0$/, '');
  const isPicture =
    side ** 2 === features.length &&
    features.length >= LEAST_PIXELS &&
    features.every((feature, i) => feature.name === `${series}${i}` && feature.low === low && feature.high === high);
  return isPicture ? { rows: side, columns: side } : undefined;
}

/** The training of the job without privacy, but that it never stops early. */
export function plainTrainingOf({ training, model }: Job): PlainTraining {
  const { epochs, learningRate, l2, optimiser, batch, clipGradient } = training;
  return {
    ...{ epochs, learningRate, l2, optimiser, batch },
    initial: model.initial,
    ...(clipGradient === undefined ? {} : { clipGradient }),
  };
}

/** The training of a job with privacy, with the noise that somebody meets who is no party. */
export function privateTrainingOf(
  job: Job,
  { clip, sampling }: Privacy,
  noise: Pick<JobPrivacy, 'noiseMultiplier'>,
): PrivateTraining {
  const { batch, ...descent } = plainTrainingOf(job);
  const rows = totalRows(job, 'train');
  return {
    ...descent,
    stepsPerEpoch: Math.floor(rows / batch),
    sampling: { poisson: batch / rows, full: 1, public: 'public' as const }[sampling],
    expectedBatch: batch,
    clip,
    noiseMultiplier: outsideFactor(job.trust) * gradientMultiplier(noise),
  };
}
