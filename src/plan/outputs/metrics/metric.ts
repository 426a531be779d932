/**
 * What a metric on held-out rows declares of itself.
 * @module
 */

import type { ValueId } from '../../plan.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';
import type { PlanBuilder } from '../../write/plan-builder.ts';
import type { ReportedLoss } from '../output.ts';
import type { CountsOfPairs } from './counts-of-pairs.ts';
import type { Head, RowsOf } from './predicted-rows.ts';

/** What is counted of the rows of a tile, by the name of the output that the counts of all tiles add up to. */
export type Counts<H extends Head> = Readonly<Record<string, (rows: RowsOf[H]) => ValueId>>;

/** What a recipient has to read a metric from. */
export interface Opened {
  /** The first or only number of an output; undefined where it was not opened to this recipient. */
  readonly number: (name: string) => number | undefined;
  readonly numbers: (name: string) => Float64Array | undefined;
  /** All rows that the metric is over. */
  readonly rows: number;
  /** What the scaled target of a linear model counts in; 1 of every other model. */
  readonly unit: number;
}

export interface Reading<Value = unknown> {
  /** Null where there is none, for the `reason`. */
  readonly value: Value;
  /** How far the value may be off at the most. */
  readonly error?: number;
  readonly reason?: string;
}

/**
 * A part of an evaluation that needs all rows together: it keeps their logits as they come in, and counts when they are all there. `most` are the rows of the
 * largest of several evaluations that add up.
 */
export type SecondPass = (plan: PlanBuilder, rows: number, most: number) => CountsOfPairs;

/** A number of the rows of one fold that is added up over folds in place of a count. */
export interface OverFolds {
  readonly inPlaceOf: string;
  /** The name of its output. */
  readonly name: string;
  /** Made of the count of a fold with so many rows. */
  readonly of: (phase: PhaseBuilder, count: ValueId, rows: number) => ValueId;
}

export interface MetricDefinition {
  /** What it is called on a screen. */
  readonly label: string;
  /** How its value is shown. `share`: in percent; `loss`: not below what is resolved of it; `matrix`: as a table of its own. */
  readonly form: 'share' | 'number' | 'loss' | 'matrix';
  /** True: a record changes each of its numbers by at most 1, so it can be opened with noise. False: a job with a privacy budget must leave it out. */
  readonly isCount: boolean;
  /** True: it needs the rows of each class by predicted class, and other metrics are then read off these, too. */
  readonly needsCells?: true;
  /** What it opens, by the name of the output, in the words of a data steward. */
  readonly opens: Readonly<Record<string, string>>;
  /** How that is counted, for each kind of output that a model can have. It does not go with the others. */
  readonly counts: { readonly [H in Head]?: Counts<H> };
  readonly secondPass?: SecondPass;
  /** Absent: the metric over folds is read from counts that are added up over folds. */
  readonly overFolds?: OverFolds;
  /** Where it is a mean loss: the words for what is resolved of it, and its unit. */
  readonly loss?: Omit<ReportedLoss, 'key'>;
  /** Where early stopping can decide on it: what is opened of the validation rows, which is one number. */
  readonly stopping?: { readonly what: string; readonly better: 'smaller' | 'larger' };
  /** Its value from what was opened; undefined where that is not all there. Counts with noise may lie beyond what counts can be. */
  readonly read: (opened: Opened) => Reading | undefined;
  /** What a large error comes from, and what helps. */
  readonly onLargeError?: string;
  /** The value without an error, for whoever has the logits and labels of all rows. */
  readonly exact?: (logits: Float64Array, labels: Float64Array) => number | null;
}
