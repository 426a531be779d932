/**
 * What a job and a node's configuration are, once read: typed, complete (defaults filled in) and frozen.
 *
 * The files that users write are described by the schemas in `job-schema.ts` and `node-config.ts`.
 * @module
 */

import type { FeatureRange } from '../../data/feature-range.ts';
import type { Class } from '../../data/records.ts';
import type { Data } from '../../data/source.ts';
import type { Declared } from '../../encoding/kinds/index.ts';
import type { OwnTable } from '../../encoding/own-column.ts';
import type { LayerSpec } from '../../graph/layers/index.ts';
import type { Image, Initial } from '../../graph/layers/layer.ts';
import type { Optimiser } from '../../graph/optimisers/index.ts';
import type { Output } from '../../graph/output.ts';
import type { Metric, StoppingMetric } from '../../plan/outputs/metrics.ts';
import type { TrustMode } from '../../plan/plan.ts';
import type { LearningRate } from '../../plan/training/learning-rate.ts';
import type { Limit } from '../../privacy/ledger/budget.ts';
import { TRUST_MODES } from '../../trust/modes.ts';
import type { AlignmentRules } from './alignment-schema.ts';
import { type HeldOut, type RowKind, totalsOf } from './row-counts.ts';

/** One data owner. Row counts are public and part of what the parties agree on. */
export interface JobParty {
  readonly name: string;
  readonly train: number;
  readonly test: number;
  /** Rows that early stopping looks at; none without it. */
  readonly validation: number;
  /** Columns of the features that it has, where parties have different columns of the same rows: by their names, in the order of the job. */
  readonly features?: readonly string[];
  /** Whether it has the label, where parties have different columns. */
  readonly label?: true;
}

/** An institution that runs no node: it gives its records as shares, sealed for each evaluator, before the run. */
export type Contributor = Pick<JobParty, 'name' | RowKind>;

export type { RowKind };

/**
 * `moments`: standardised with pooled means and variances, which are opened to all parties.
 * `range`: each declared range is mapped to [-1, 1]; nothing is opened.
 * `range-to-unit`: each declared range is mapped to [0, 1]; nothing is opened.
 */
export type Standardise = 'moments' | 'range' | 'range-to-unit';

/** Everything that leaves the computation, and the parties that learn it, in the order of the job's parties. */
export interface Reveal {
  /** All three parties where a feature has a pooled fill, nobody otherwise. */
  readonly fills: readonly string[];
  /** All three parties with `moments`, nobody otherwise. */
  readonly moments: readonly string[];
  /** All three parties with `classWeights: balanced`, nobody otherwise. */
  readonly classCounts: readonly string[];
  /** The loss of the last batch of each epoch. */
  readonly trainingLoss: readonly string[];
  /** Who learns where and when the range alarm tripped, beside that it did: all parties or nobody. */
  readonly alarmSites: readonly string[];
  /** The metric of early stopping after each epoch: all three parties with early stopping, nobody otherwise. */
  readonly validation: readonly string[];
  readonly metrics: Readonly<Record<Metric, readonly string[]>>;
  /** Who learns the metrics that it learns of each fold, too. Absent in a job without folds. */
  readonly folds?: readonly string[];
  /** Somebody, or with folds nobody. */
  readonly model: readonly string[];
}

/** Layers of any kind, and behind them a dense layer that gives the output. */
export interface JobModel {
  /** How files write it. `logistic`: a weight for each feature, and a bias, which is a model without layers and with a sigmoid output. */
  readonly type: 'logistic' | 'mlp';
  /** The shape of a record, of which the features are the entries, row by row and channels last. */
  readonly input: Image;
  readonly layers: readonly LayerSpec[];
  /** Softmax over the declared classes, the probability of a binary label, or the value of a target. */
  readonly output: Output;
  /** Variance of the initial weights: 2 / inputs, or 2 / (inputs + outputs). */
  readonly initial: Initial;
  /** Of a sigmoid output: the probability from which a row counts as 1, in accuracy, confusion matrix and macro F1; without it 0.5. */
  readonly threshold?: number;
}

/** Whether a file of this type may have an optimiser, clipped gradients, early stopping and fewer digits of the data. */
export const HAS_SETTINGS: Readonly<Record<JobModel['type'], boolean>> = { logistic: false, mlp: true };

export const DEFAULT_THRESHOLD = 0.5;

const IS_BINARY: Readonly<Record<Output, boolean>> = { sigmoid: true, softmax: false, linear: false };

/** The threshold of a binary model; none of others. */
export function thresholdOf({ model }: { readonly model: Pick<JobModel, 'output' | 'threshold'> }): number | undefined {
  return IS_BINARY[model.output] ? (model.threshold ?? DEFAULT_THRESHOLD) : undefined;
}

const BINARY: readonly Class[] = [0, 1];

/** What the label column of a model of classes has in it, in the order in which they are counted; of a target none. */
export function classesOf({ data, model }: Pick<Job, 'data' | 'model'>): readonly Class[] | undefined {
  return data.classes ?? (thresholdOf({ model }) === undefined ? undefined : BINARY);
}

/** Stops after `patience` epochs in a row without a better value of the metric on the validation rows. */
export interface EarlyStopping {
  readonly metric: StoppingMetric;
  readonly patience: number;
}

/** Differential privacy of what a job releases, towards everybody who receives it and towards each party. */
export interface Privacy {
  readonly epsilon: number;
  readonly delta: number;
  /** Largest L2 norm of the gradient of one record. */
  readonly clip: number;
  /**
   * `poisson`: each owner samples its own rows, known to nobody else; `training.batch` is the expected number in all.
   * `full`: all rows in each step. `public`: batches in an order that everybody knows.
   */
  readonly sampling: 'poisson' | 'full' | 'public';
  /** Records that a protected person may have in all: 1 protects records. */
  readonly person: number;
  readonly neighbours: 'add-or-remove' | 'replace';
}

/** Withholds the model where an attack on membership can do better than this. */
export interface ReleaseAudit {
  /** Of TPR − FPR, the most that is let out: compared with an upper confidence bound. */
  readonly maxMembershipAdvantage: number;
  /** The party that gets a copy of the model first and attacks it; without one the attack is counted on shares. */
  readonly auditor?: string;
}

/** A column that says what each training row's loss is multiplied by. */
export interface RowWeight {
  readonly column: string;
  /** The largest value that can occur; the smallest is 0. */
  readonly high: number;
}

/** A factor for each class, by its name; or `balanced`: rows / (classes · rows of the class), from counts that all parties learn. */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>;

/** How each party splits its own table, alone and by a public seed. */
export interface RowSplit {
  /** True: each class has its part of every kind of rows, to a row. False: rows are drawn whatever their label is. */
  readonly stratified: boolean;
  readonly seed: number;
}

export interface Job {
  /** Version of the file format. */
  readonly trefoil: 1;
  readonly name: string;
  readonly trust: TrustMode;
  /** The index is the party number. */
  readonly parties: readonly [JobParty, JobParty, JobParty];
  /** Owners of records that run no node; absent where there are none. */
  readonly contributors?: readonly Contributor[];
  readonly data: {
    /** A column of 0 and 1, of classes, or of the values of a target. */
    readonly label: string;
    /** The classes of a softmax, in the order of its outputs. */
    readonly classes?: readonly Class[];
    /** Smallest and largest value of a linear output's label. */
    readonly target?: readonly [number, number];
    /** The column of a training row's weight in the loss, from 0 to `high`. */
    readonly weight?: RowWeight;
    /** The columns of the model, one for each: what the file says of many equal columns is spelt out here. */
    readonly features: readonly FeatureRange[];
    /** What the columns are made of. Left out where each is a number, read from the column of its own name. */
    readonly schema?: readonly Declared[];
    readonly standardise: Standardise;
    /** Bound of every standardised value: the file's `clip` with `moments`, otherwise 1. */
    readonly clip: number;
    /** How it is told whose row a row is. `same-order`: row i of every file is the same person. */
    readonly alignment?: 'same-order' | AlignmentRules;
    /**
     * The parts of each party's one table that are held out, by a rule; where rows are aligned, of the rows that all have. Absent: there is a table for each
     * kind of rows.
     */
    readonly heldOut?: HeldOut & Partial<RowSplit>;
    /** The fewest rows that may be behind an opened number, in all and of each party that has any. */
    readonly leastRows: number;
  };
  readonly model: JobModel;
  readonly training: {
    readonly epochs: number;
    readonly batch: number;
    readonly learningRate: LearningRate;
    /** Weight decay: the gradient of each weight gets l2 · weight. */
    readonly l2: number;
    readonly optimiser: Optimiser;
    /** Each element of a gradient is clipped to ± this. */
    readonly clipGradient?: number;
    readonly earlyStopping?: EarlyStopping;
    /** What the loss of a training row is multiplied by for its class. */
    readonly classWeights?: ClassWeights;
    /** Given: the model is trained once for each of so many folds of the training rows, without them, and evaluated on them; none is released. */
    readonly folds?: number;
  };
  readonly numbers: {
    readonly fractionalBits: number;
    /** Fractional bits of the standardised features. */
    readonly dataBits: number;
  };
  readonly privacy?: Privacy;
  readonly audit?: ReleaseAudit;
  readonly reveal: Reveal;
}

/** Where a peer listens, and the certificate that it must show. */
export interface Peer {
  /** host:port; a node connects to those before it in the order of the job, and needs it of them alone. */
  readonly address?: string;
  /** Path of the pinned certificate. */
  readonly certificate: string;
}

/** What a contributor has sent. */
export interface ContributionFiles {
  readonly file: string;
  /** Path of the contributor's pinned certificate. */
  readonly certificate: string;
}

/** Where a node records what its records have spent, and how much they may. */
export interface PrivacyConfig {
  /** Whether the configuration has this section: then jobs without a guarantee are recorded too. */
  readonly isStated: boolean;
  /** A folder. */
  readonly ledger: string;
  /** The identity that signs, without .key or .crt. */
  readonly identity: string;
  /** Of each data set, over all jobs. */
  readonly limit?: Limit;
}

/** One node's private configuration; all paths are absolute. */
export interface NodeConfig {
  /** The file that it was read from, or words for it. */
  readonly file: string;
  /** One of the job's parties, or `dealer`. */
  readonly node: string;
  readonly job: string;
  /** host:port; the last node of a job needs none. */
  readonly listen?: string;
  readonly identity: { readonly key: string; readonly certificate: string };
  readonly peers: Readonly<Record<string, Peer>>;
  /** Contributions of those that run no node, by their names: what an evaluator needs of a job that lists contributors. */
  readonly contributions: Readonly<Record<string, ContributionFiles>>;
  /** The records of a party that has rows of the kind; the dealer has none. */
  readonly data: Readonly<Partial<Record<RowKind, Data>>>;
  /** Where these files have the features of the job, and in which form; by their own names and as the job says where it is absent. */
  readonly table?: OwnTable;
  /** The name under which these files share one privacy budget with others; by default only equal rows share one. */
  readonly dataSet?: string;
  /** What this party calls the keys of the job’s alignment, where it calls them otherwise. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Folders for the folders of runs: the first one that can be written takes a run. */
  readonly output: readonly string[];
  readonly privacy: PrivacyConfig;
  readonly connectSeconds: number;
  /** Threads that compute the node's matrix products, at least one. */
  readonly threads: number;
  readonly stallSeconds: number;
}

/** Everybody who has records: the parties, then those that run no node. */
export const ownersOf = ({
  parties,
  contributors = [],
}: Pick<Job, 'parties' | 'contributors'>): readonly JobParty[] => [...parties, ...contributors];

/** Rows of all owners together; where they have different columns of the same rows, these count once. */
export const totalRows = (job: Job, kind: RowKind): number => totalsOf(job)[kind];

/** The names of all nodes, a dealer that is no party first. */
export function nodesOf({ trust, parties }: Job): readonly string[] {
  return TRUST_MODES[trust].assign(parties.map(({ name }) => name)).nodes;
}
