/**
 * What the catalogue says of everything that a plan opens.
 * @module
 */

/**
 * The rows that an opened number is made of. `train`, `test`, `validation`: all of that kind; `trained`: the training rows that an epoch takes;
 * `batch`: those of one step; `fold`: those of one fold; `all`: every row that enters. With folds, all test rows are all training rows: each is
 * in one fold.
 */
export type RowsBehind = 'train' | 'trained' | 'batch' | 'fold' | 'test' | 'validation' | 'all';

/** What an output is for. Each kind has one file here. */
export type OutputKind =
  | 'fill'
  | 'moment'
  | 'class counts'
  | 'training loss'
  | 'validation'
  | 'metric'
  | 'gate counts'
  | 'alarm'
  | 'unclipped'
  | 'parameter';

/** Whom a job lets see what. */
export interface Recipients {
  readonly parties: readonly string[];
  readonly trainingLoss: readonly string[];
  /** By the key of the metric. */
  readonly metrics: Readonly<Record<string, readonly string[]>>;
  readonly model: readonly string[];
  /** Who gets of each fold what it gets of all folds. */
  readonly folds: readonly string[];
  /** Absent: no auditor gets a copy of the model first. */
  readonly auditor?: string;
}

/** The recipients of what every party must learn, so that all of them go on or stop alike. */
export const allParties = ({ parties }: Recipients): readonly string[] => parties;

/** How a report speaks of an output that is a mean loss. */
export interface ReportedLoss<Key extends string = string> {
  /** The key of what is resolved of it. */
  readonly key: Key;
  /** What it is on a screen, with its unit. */
  readonly words: string;
  /** The value in the units of the report; `unit` is what the scaled target counts in. */
  readonly inUnits: (value: number, unit: number) => number;
}

export interface Output<Key extends string = string> {
  readonly kind: OutputKind;
  /** What it is in the words of a data steward. */
  readonly what: string;
  readonly over: RowsBehind;
  /** Who gets it. Nobody: it is not opened. */
  readonly recipients: (all: Recipients) => readonly string[];
  /** Only where it is a mean loss. */
  readonly loss?: ReportedLoss<Key>;
}

/** A loss that is reported as it was opened. */
export const asOpened = (value: number): number => value;
