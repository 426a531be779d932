/**
 * What an audit found, as plain data: the JSON report is this, and the page shows nothing else.
 * @module
 */
import type { MembershipReport } from '../membership/membership.ts';
import type { Estimate } from '../statistics/clopper-pearson.ts';

/** What was attacked: federated learning of the same model, a Trefoil run, and one with differential privacy. */
export type System = 'federated' | 'trefoil' | 'trefoilPrivate';

/** Who attacks: whoever runs a federated server, honestly or with planted weights; a hospital that takes part; a node of Trefoil (two in `dealer`). */
export type Adversary = 'server' | 'malicious server' | 'participant' | 'node';

export interface AuditReport {
  readonly format: 'trefoil-audit';
  readonly version: 1;
  readonly created: string;
  readonly trefoil: string;
  readonly job: { readonly name: string; readonly digest: string; readonly trust: string; readonly model: string };
  /** From which all random numbers of the audit follow, but for keys and masks of Trefoil runs. */
  readonly seed: string;
  /** Whether attacks had less time than they can use: `--quick`. */
  readonly isQuick: boolean;
  readonly seconds: Readonly<Record<string, number>>;
  readonly reconstruction: ReconstructionReport;
  readonly views: ViewsReport;
  readonly membership: readonly MembershipOfSystem[];
}

/** What an attack rebuilt of the records of some batches. */
export interface ReconstructionResult {
  readonly attack: string;
  readonly adversary: Adversary;
  readonly system: System;
  /** A sentence or two, for a reader who is no expert. */
  readonly method: string;
  readonly limits: readonly string[];
  /** Records behind what the adversary saw at once, and how often it saw that. */
  readonly batch: number;
  readonly batches: number;
  readonly score: ReconstructionFigures;
  /** What the mean record and random guesses reach. */
  readonly baselines: readonly { readonly name: string; readonly score: ReconstructionFigures }[];
  readonly examples: readonly ReconstructedExample[];
}

export interface ReconstructionFigures {
  /** The share of records that came out recognisably, and those within 1e-6 in every feature. */
  readonly recognised: Estimate;
  readonly exact: Estimate;
  /** dB. */
  readonly meanPsnr: number;
  readonly meanSsim: number;
  /** Root of the mean squared error, in the unit of the standardised features. */
  readonly featureError: number;
}

/** A record beside what became of it, feature by feature; nothing where the attack gave too few. */
export interface ReconstructedExample {
  readonly original: readonly number[];
  readonly reconstruction?: readonly number[];
  readonly psnr: number;
}

export interface ReconstructionReport {
  readonly seed: string;
  /** Where the features are a picture, row by row. */
  readonly picture?: { readonly rows: number; readonly columns: number };
  readonly featureNames: readonly string[];
  readonly range: readonly [low: number, high: number];
  /** From this PSNR on a record counts as recognised, in dB. */
  readonly recognisable: number;
  readonly results: readonly ReconstructionResult[];
  /** How the share of recognised records falls with the batch. */
  readonly curves: readonly ReconstructionCurve[];
}

export interface ReconstructionCurve {
  readonly attack: string;
  readonly adversary: Adversary;
  readonly system: System;
  readonly points: readonly { readonly batch: number; readonly recognised: Estimate }[];
}

/** What the nodes of real runs saw, under test. */
export interface ViewsReport {
  /** How runs were made: over which transport, of how many records and steps. */
  readonly method: string;
  readonly limits: readonly string[];
  readonly uniformity: readonly UniformityOfView[];
  readonly twoWorlds: readonly TwoWorlds[];
  /** The attacks on federated updates, given what a node saw in place of one. */
  readonly attacks: readonly ReconstructionResult[];
}

export interface UniformityOfView {
  /** A node, or two together. */
  readonly view: string;
  readonly values: number;
  readonly tests: number;
  readonly failed: readonly string[];
  /** The probability that uniform values fail any. */
  readonly falseAlarm: number;
}

/** A classifier that tells from a view which of two sets of records a run was made of. */
export interface TwoWorlds {
  readonly view: string;
  readonly pairs: number;
  /** 2·accuracy − 1 on runs that the classifier has not seen; 0 is a coin. */
  readonly advantage: Estimate;
}

export interface MembershipOfSystem {
  /** The models of federated learning and of Trefoil without privacy are alike: `trefoil` stands for both. */
  readonly system: 'trefoil' | 'trefoilPrivate';
  /** Of many models that were trained alike, in float64. */
  readonly report: MembershipReport;
  /** Of the model that a Trefoil run of the job released: all training rows against all test rows. */
  readonly released?: MembershipReport;
  /** What the budget leaves to any attack from outside: the job's own, or one that is supposed for a job without. */
  readonly allowed?: {
    readonly epsilon: number;
    readonly delta: number;
    readonly advantage: number;
    readonly isSupposed: boolean;
  };
  /** How this audit differs from the job. */
  readonly limits: readonly string[];
  /** What the attacks prove of ε, beside what the accountant proves. */
  readonly epsilon?: readonly EpsilonBound[];
}

export interface EpsilonBound {
  readonly how: string;
  readonly lower: number;
  readonly upper: number;
  readonly delta: number;
  readonly confidence: number;
  readonly holds: boolean;
}
