/**
 * What a job and a node's configuration are, once read: typed, complete (defaults filled in) and frozen.
 *
 * The files that users write are described by the schemas in `job-file.ts` and `node-config.ts`.
 * @module
 */

import type { FeatureRange } from '../data/records.ts';
import type { Metric } from '../plan/evaluation-phases.ts';
import type { LearningRate } from '../plan/learning-rate.ts';
import type { TrustMode } from '../plan/plan.ts';

export type { TrustMode as Trust } from '../plan/plan.ts';

/** The node name that no party can have: the dealer service of the `dealer` mode. */
export const DEALER = 'dealer';

/** One data owner. Row counts are public and part of what the parties agree on. */
export interface JobParty {
  readonly name: string;
  readonly train: number;
  readonly test: number;
}

/**
 * `moments`: standardised with pooled means and variances, which are opened to all parties.
 * `range`: each declared range is mapped to [-1, 1]; nothing is opened.
 */
export type Standardise = 'moments' | 'range';

/** Everything that leaves the computation, and the parties that learn it, in the order of the job's parties. */
export interface Reveal {
  /** All three parties with `moments`, nobody with `range`. */
  readonly moments: readonly string[];
  /** The loss of the last batch of each epoch. */
  readonly trainingLoss: readonly string[];
  readonly metrics: Readonly<Record<Metric, readonly string[]>>;
  readonly model: readonly string[];
}

export interface Job {
  /** Version of the file format. */
  readonly trefoil: 1;
  readonly name: string;
  readonly trust: TrustMode;
  /** The index is the party number. */
  readonly parties: readonly [JobParty, JobParty, JobParty];
  readonly data: {
    /** A column of 0 and 1. */
    readonly label: string;
    readonly features: readonly FeatureRange[];
    readonly standardise: Standardise;
    /** Bound of every standardised value: the file's `clip` with `moments`, 1 with `range`. */
    readonly clip: number;
  };
  readonly model: { readonly type: 'logistic' };
  readonly training: {
    readonly epochs: number;
    readonly batch: number;
    readonly learningRate: LearningRate;
    readonly l2: number;
  };
  readonly numbers: { readonly fractionalBits: number };
  readonly reveal: Reveal;
}

/** Where a peer listens, and the certificate that it must show. */
export interface Peer {
  /** host:port */
  readonly address: string;
  /** Path of the pinned certificate. */
  readonly certificate: string;
}

/** One node's private configuration; all paths are absolute. */
export interface NodeConfig {
  /** The file that it was read from. */
  readonly file: string;
  /** One of the job's parties, or `dealer`. */
  readonly node: string;
  readonly job: string;
  /** host:port; the last node of a job needs none. */
  readonly listen?: string;
  readonly identity: { readonly key: string; readonly certificate: string };
  readonly peers: Readonly<Record<string, Peer>>;
  /** The files of a party that has rows of the kind; the dealer has none. */
  readonly data: { readonly train?: string; readonly test?: string };
  /** Folder for model and report. */
  readonly output: string;
  readonly connectSeconds: number;
}
