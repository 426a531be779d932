/**
 * What a job and a node's configuration are, once read: typed, complete (defaults filled in) and frozen.
 *
 * The files that users write are described by the schemas in `job-file.ts` and `node-config.ts`.
 * @module
 */

import type { FeatureRange } from '../data/records.ts';

/** Who may collude with whom; see the trust modes of the design. */
export type Trust = 'honest-majority' | 'dealer';

/** The node name that no party can have: the dealer service of the `dealer` mode. */
export const DEALER = 'dealer';

/** One data owner. Row counts are public and part of what the parties agree on. */
export interface JobParty {
  readonly name: string;
  readonly train: number;
  readonly test: number;
}

/** The step size as a function of the epoch, counted from 0. */
export type LearningRate =
  | { readonly schedule: 'constant'; readonly initial: number }
  /** initial · factor^⌊epoch / everyEpochs⌋ */
  | { readonly schedule: 'step'; readonly initial: number; readonly factor: number; readonly everyEpochs: number }
  /** initial / (1 + decay · epoch) */
  | { readonly schedule: 'inverse'; readonly initial: number; readonly decay: number }
  /** From `initial` in the first epoch to `final` in the last one along half a cosine. */
  | { readonly schedule: 'cosine'; readonly initial: number; readonly final: number };

/**
 * `moments`: standardised with pooled means and variances, which are opened to all parties.
 * `range`: each declared range is mapped to [-1, 1]; nothing is opened.
 */
export type Standardise = 'moments' | 'range';

export type Metric = 'accuracy' | 'auc' | 'logLoss';

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
  readonly trust: Trust;
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

/** The step size of each epoch. */
export function learningRates({ learningRate, epochs }: Job['training']): readonly number[] {
  return Array.from({ length: epochs }, (_, epoch) => rateAt(learningRate, epoch, epochs));
}

function rateAt(rate: LearningRate, epoch: number, epochs: number): number {
  switch (rate.schedule) {
    case 'constant':
      return rate.initial;
    case 'step':
      return rate.initial * rate.factor ** Math.floor(epoch / rate.everyEpochs);
    case 'inverse':
      return rate.initial / (1 + rate.decay * epoch);
    case 'cosine': {
      const progress = epochs === 1 ? 0 : epoch / (epochs - 1);
      return rate.final + ((rate.initial - rate.final) * (1 + Math.cos(Math.PI * progress))) / 2;
    }
  }
}
