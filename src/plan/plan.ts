/**
 * The plan: everything that a run will do, as plain data. It is made from the job alone, so every node makes the same one; its
 * digest is compared before anything is sent, and every executor follows it without a program of its own.
 * @module
 */

import { ALARM_PARTS, alarmWordsOf } from '../operations/alarm-words.ts';
import type { Loss } from '../operations/effects.ts';
import type { RowChoice } from '../operations/execution.ts';
import { inputsOf, type Op, type OpName, type OpOf } from '../operations/table.ts';
import {
  type ColumnRange,
  type Factor,
  sizeOf,
  type Value,
  type ValueId,
  type ValueKind,
} from '../operations/value.ts';
import type { TrustMode } from '../trust/modes.ts';
import { type Roles, rolesOf } from '../trust/roles.ts';
import type { Folds } from './folds.ts';

export {
  ALARM_PARTS,
  type ColumnRange,
  type Factor,
  inputsOf,
  type Loss,
  type Op,
  type OpName,
  type OpOf,
  type Roles,
  type RowChoice,
  rolesOf,
  sizeOf,
  type TrustMode,
  type Value,
  type ValueId,
  type ValueKind,
};

/** An operation and the round of its phase in which it starts: its first opening travels in that round's message. */
export interface ScheduledOp {
  readonly op: Op;
  readonly round: number;
}

export interface Phase {
  readonly name: string;
  readonly ops: readonly ScheduledOp[];
  /** Exchanges between evaluators, inputs and outputs not counted. */
  readonly openingRounds: number;
  /** State values that take on a new value when the phase ends. */
  readonly updates: readonly Update[];
  /** Whether a repetition is a training step: it advances the batch and the learning rate. */
  readonly trains: boolean;
}

/** A new value of all rows, or where `first` is given of row `first` + repetition·rows and those after it. */
export interface Update {
  readonly state: ValueId;
  readonly from: ValueId;
  readonly first?: number;
}

export interface State {
  readonly value: ValueId;
  /** Starts uniform on ±initial. */
  readonly initial?: number;
  /** Says of records whose rows lie where. Together the parts have every row and column once. */
  readonly parts?: readonly Part[];
}

/** A rectangle of records that one owner enters. */
export interface Part {
  readonly owner: string;
  readonly rows: number;
  /** Where it lies. Absent, in all parts of the records: it has all columns, and lies below the parts before it. */
  readonly tile?: Tile;
}

export interface Tile {
  readonly firstRow: number;
  readonly columns: ColumnRange;
}

/** A place that the alarm watches. */
export interface Site {
  readonly name: string;
  /** What in the job keeps values there within their range, in its own keys. */
  readonly remedy: string;
}

/** Words that collect the alarm. */
export const alarmWords = (sites: readonly Site[]): number => alarmWordsOf(sites.length);

export interface Session {
  readonly phase: number;
  readonly repeat: number;
  /**
   * Where a decision may leave it out. Early stopping: in an epoch, once it has stopped; for the best model, unless that is what it has just
   * found. The release gate: unless it lets the model out.
   */
  readonly when?: 'training' | 'best' | 'released';
  /** Which decision follows it: of early stopping, or of the release gate. */
  readonly decides?: 'epoch' | 'release';
  /** True: it comes between two sessions of another phase, which stays compiled meanwhile. False or absent: its phase takes the place of the one before. */
  readonly isAside?: true;
}

/** Withholds the model from all recipients where an attack on membership can reach more than `maxAdvantage` of TPR − FPR. */
export type ReleaseGate =
  /** Measured on shares: all parties learn counts of so many training and test rows, and each decides alike. */
  | { readonly maxAdvantage: number; readonly on: 'shares'; readonly members: number; readonly others: number }
  /** Measured by a party that gets the model first, and tells the others. */
  | { readonly maxAdvantage: number; readonly on: 'copy'; readonly auditor: string };

/** Stops the training after `patience` decisions in a row without a better value of an output, which all parties learn. */
export interface EarlyStopping {
  readonly output: string;
  readonly better: 'smaller' | 'larger';
  readonly patience: number;
}

export interface TrainingSchedule {
  readonly rows: number;
  readonly batch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Learning rates, each for so many steps; the last one goes on. */
  readonly rates: readonly number[];
  readonly stepsPerRate: number;
  /** Absent: one training on all rows. Given: one for each fold, on the rows of all others; all else is said of each of them. */
  readonly folds?: Folds;
}

export interface Plan {
  readonly format: 1;
  readonly roles: Roles;
  readonly values: readonly Value[];
  /** Records, and masked values that live from phase to phase. These start with no mask, at 0 or at public random numbers. */
  readonly state: readonly State[];
  /** What the alarm watches. */
  readonly sites: readonly Site[];
  readonly phases: readonly Phase[];
  /** The order in which phases run. */
  readonly sessions: readonly Session[];
  readonly training: TrainingSchedule;
  readonly earlyStopping?: EarlyStopping;
  readonly release?: ReleaseGate;
  /** Half-width of the interval of the smooth functions: beyond it the alarm trips. */
  readonly interval: number;
  /** Bits that the largest value can take, of 62. */
  readonly headroomBits: number;
}

/** The element of its state at which an update begins to write. */
export function updateStart({ values }: Plan, { from, first }: Update, repetition: number): number {
  return first === undefined ? 0 : values[from].cols * (first + repetition * values[from].rows);
}
