/**
 * What a training is, before it has a plan.
 * @module
 */
import type { Initial } from '../../graph/layers/layer.ts';
import type { Architecture } from '../../graph/mlp.ts';
import type { Optimiser } from '../../graph/optimisers/index.ts';
import { type Folds, fewestTrained } from '../folds.ts';
import type { FillKind } from '../outputs/fills.ts';
import type { Metric, StoppingMetric } from '../outputs/metrics.ts';
import type { Recipients } from '../outputs/output.ts';
import type { ColumnRange, Roles, TrainingSchedule } from '../plan.ts';
import { type LearningRate, listedRates } from './learning-rate.ts';
import type { PrivateTask } from './private-task.ts';

/** Rows of each party, by name. */
export type RowsByOwner = Readonly<Record<string, number>>;

/** Who has which columns, where those of one row lie with several owners. */
export interface ColumnOwners {
  /** Features next to each other that one owner has, from the first one on; together they are all features. */
  readonly features: readonly (ColumnRange & { readonly owner: string })[];
  readonly label: string;
}

/** What early stopping decides on. */
export interface Validation {
  readonly metric: StoppingMetric;
  readonly patience: number;
  readonly rows: RowsByOwner;
}

/** Weights of the training rows in the loss. Every owner computes those of its rows, and enters them as it enters its records. */
export interface WeightsTask {
  /** The largest that there can be; the smallest is 0. */
  readonly largest: number;
  /** True: how many training rows there are of each class is opened to all parties first. False: the weights need no count. */
  readonly needsClassCounts: boolean;
}

/** What missing values are filled with, computed of the training rows of all parties. */
export interface FillsTask {
  /** `owner`: who alone has the column, where the columns of a row lie with several owners. */
  readonly features: readonly { readonly name: string; readonly kind: FillKind; readonly owner?: string }[];
  /** Where fewer rows have a value, the middle of the range comes out. */
  readonly leastRows: number;
}

/** Withholds the model where this advantage of a membership attack can be exceeded; without an auditor it is measured on shares. */
export interface GateTask {
  readonly maxAdvantage: number;
  readonly auditor?: string;
}

export interface TrainingTask {
  readonly roles: Roles;
  readonly architecture: Architecture;
  /** How weights begin; without hidden layers at 0. */
  readonly initial: Initial;
  readonly optimiser: Optimiser;
  readonly clipGradient?: number;
  /** Absent: every owner has all columns of its own rows. Given: the rows are those of `columns.label`, and each owner has some columns of all of them. */
  readonly columns?: ColumnOwners;
  readonly trainRows: RowsByOwner;
  readonly testRows: RowsByOwner;
  /** Absent: all rows count alike. */
  readonly weights?: WeightsTask;
  readonly earlyStopping?: Validation;
  /** Given: the model is trained and evaluated fold by fold of the training rows, and none is released. */
  readonly folds?: Folds;
  /** Absent: every missing value is filled with what the job says, or there is none. */
  readonly fills?: FillsTask;
  /** True: pooled moments are computed and opened. False: nothing is opened before the training. */
  readonly moments: boolean;
  /** Bound of every standardised value. */
  readonly clip: number;
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: LearningRate;
  readonly l2: number;
  /** Fractional bits of the parameters. */
  readonly fractionalBits: number;
  /** Fractional bits of the features. */
  readonly dataBits: number;
  readonly privacy?: PrivateTask;
  readonly gate?: GateTask;
  readonly reveal: {
    readonly trainingLoss: readonly string[];
    readonly metrics: Readonly<Record<Metric, readonly string[]>>;
    readonly model: readonly string[];
    /** Who gets the metrics that it gets of each fold, too. */
    readonly folds?: readonly string[];
    /** Where it names parties, the alarm says where and when it tripped. */
    readonly alarmSites?: readonly string[];
  };
}

/** Whom the task lets see what. */
export const recipientsOf = ({ roles: { parties }, reveal, gate }: TrainingTask): Recipients => ({
  parties,
  trainingLoss: reveal.trainingLoss,
  metrics: reveal.metrics,
  model: reveal.model,
  folds: reveal.folds ?? [],
  ...(gate?.auditor === undefined ? {} : { auditor: gate.auditor }),
});

export const totalOf = (rows: RowsByOwner): number => Object.values(rows).reduce((sum, count) => sum + count, 0);

export function scheduleOf(task: TrainingTask): TrainingSchedule {
  const { batch, epochs, folds } = task;
  const rows = totalOf(task.trainRows);
  const stepsPerEpoch = Math.floor(fewestTrained(rows, folds) / batch);
  const schedule = { rows, batch, epochs, stepsPerEpoch, ...listedRates(task, stepsPerEpoch) };
  return folds === undefined ? schedule : { ...schedule, folds };
}
