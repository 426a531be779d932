/**
 * The plan: everything that a run will do, as plain data. It is made from the job alone, so every node makes the same one; its
 * digest is compared before anything is sent, and every executor follows it without a program of its own.
 *
 * Values are numbered. What a value *is* to an evaluator and to the dealer depends on its kind:
 *
 * | kind        | an evaluator holds          | the dealer holds     |
 * |-------------|-----------------------------|----------------------|
 * | records     | m                           | –                    |
 * | masked      | m, [λ]                      | λ                    |
 * | shares      | [x]                         | –                    |
 * | bitShares   | [x] by xor                  | –                    |
 * | maskedBits  | m, [λ] by xor               | λ                    |
 * | maskDigits  | [products of bits of λ]     | –                    |
 * | maskNumbers | [λ] of bits, as numbers     | –                    |
 *
 * Masks of records are too large to keep: the [λ] and λ of the rows that an operation takes are read from their streams again.
 * @module
 */

import type { Scalar } from '../graph/graph.ts';
import type { SmoothFunction } from '../protocol/fourier.ts';
import type { BitWindow } from '../protocol/less-than.ts';
import type { ProductForm } from '../protocol/product.ts';

export type ValueKind = 'records' | 'masked' | 'shares' | 'bitShares' | 'maskedBits' | 'maskDigits' | 'maskNumbers';
export type ValueId = number;

export interface Value {
  readonly id: ValueId;
  readonly kind: ValueKind;
  readonly rows: number;
  readonly cols: number;
  /** The ring element v stands for v·2^−fractionalBits. */
  readonly fractionalBits: number;
  /** Proved bound of |real value|: |v| ≤ bound·2^fractionalBits. */
  readonly bound: number;
  /** What it is in the job's terms, where it has a name: `weights`, `logits`, … */
  readonly name?: string;
}

/** The public integer round(scalar·2^bits) of a step. */
export interface Factor extends Scalar {
  readonly bits: number;
}

/** Rows of a data set that an operation takes: the batch of the step, the rows that come next, or one side of all pairs i < j. */
export type Selection = 'batch' | 'next' | 'pairFirst' | 'pairSecond';

export type Op =
  /** The owner's numbers enter. All inputs of an owner in a phase are one message to every evaluator. */
  | { readonly op: 'input'; readonly out: ValueId; readonly owner: string; readonly name: string }
  /** The same for records: `rows` rows of the owner's part, row `first` + repetition·rows and those after it. */
  | {
      readonly op: 'load';
      readonly into: ValueId;
      readonly owner: string;
      readonly name: string;
      readonly first: number;
      readonly rows: number;
    }
  /** `first`: the row at which the next rows begin in the first repetition; 0 for other selections. */
  | {
      readonly op: 'gather';
      readonly of: ValueId;
      readonly out: ValueId;
      readonly rows: Selection;
      readonly first: number;
    }
  /** Σ factor·value + constant, elementwise. */
  | {
      readonly op: 'linear';
      readonly terms: readonly { readonly value: ValueId; readonly factor: Factor }[];
      readonly constant: Factor;
      readonly out: ValueId;
    }
  /** One row, repeated. */
  | { readonly op: 'broadcast'; readonly of: ValueId; readonly out: ValueId }
  /** The sum of the rows, and of the columns. */
  | { readonly op: 'sumRows' | 'sumColumns'; readonly of: ValueId; readonly out: ValueId }
  /** One column, repeated. */
  | { readonly op: 'repeatColumn'; readonly of: ValueId; readonly out: ValueId }
  | { readonly op: 'selectColumns'; readonly of: ValueId; readonly out: ValueId; readonly columns: readonly number[] }
  /** The elements of masked values one after the other, as a matrix row by row: below each other where all have its columns. */
  | { readonly op: 'stack'; readonly of: readonly ValueId[]; readonly out: ValueId }
  /** Sums of the entries under public random signs, the same in every chunk: one for each `chunk` entries, `out.rows` times over. */
  | { readonly op: 'randomSums'; readonly of: ValueId; readonly out: ValueId; readonly chunk: number }
  | {
      readonly op: 'product';
      readonly form: ProductForm;
      readonly x: ValueId;
      readonly y: ValueId;
      readonly out: ValueId;
      /** Whether shares come out; otherwise the mask of what opens them takes up what they lack. */
      readonly corrected: boolean;
    }
  /**
   * Shares of a value and of the discrete Gaussian noise that all parties add, each its own part, so that the parts of honest ones have a deviation of at
   * least noiseMultiplier·sensitivity. A dealer that is a party adds its part to what it deals.
   */
  | {
      readonly op: 'noise';
      readonly of: ValueId;
      readonly out: ValueId;
      /** The most that one record can change the value by, in L2 norm, together with what else gets noise at the same time. */
      readonly sensitivity: Factor;
      readonly noiseMultiplier: number;
      /** Whether shares come out; otherwise the mask of what opens them takes up what they lack. */
      readonly corrected: boolean;
    }
  /** Shares, or a masked value again, under a fresh mask. */
  | { readonly op: 'open'; readonly of: ValueId; readonly out: ValueId }
  /** floor(x / 2^bits), or one unit more: one round for a masked result, none where `out` is shares. */
  | {
      readonly op: 'truncate';
      readonly of: ValueId;
      readonly out: ValueId;
      readonly bits: number;
      /** The result is right from −2^offsetBits to 2^63 − 2^offsetBits; 62 where it is not said. */
      readonly offsetBits?: number;
    }
  /** The function of a masked value on ±interval, as shares at scale 14 + dealtBits, times scale. */
  | {
      readonly op: 'fourier';
      readonly of: ValueId;
      readonly out: ValueId;
      readonly function: SmoothFunction;
      readonly scale: Scalar;
      /** Fractional bits of the dealt cosines and sines. */
      readonly dealtBits: number;
    }
  /** Shares of the products of the mask's bits, for any number of comparisons of the masked value in one window. */
  | { readonly op: 'maskDigits'; readonly of: ValueId; readonly out: ValueId; readonly window: BitWindow }
  /** [x < threshold], threshold a ring integer. At most two rounds. */
  | {
      readonly op: 'lessThan';
      readonly of: ValueId;
      readonly digits: ValueId;
      readonly window: BitWindow;
      readonly threshold: number;
      readonly out: ValueId;
    }
  | { readonly op: 'openBits'; readonly of: ValueId; readonly out: ValueId }
  /** Column c of the result is the and of the columns that group c names, inverted where it says so. */
  | {
      readonly op: 'allOf';
      readonly of: ValueId;
      readonly out: ValueId;
      readonly groups: readonly (readonly { readonly column: number; readonly inverted: boolean }[])[];
    }
  /** Shares of the mask of bits as numbers 0 and 1, for any number of products with them. */
  | { readonly op: 'maskNumbers'; readonly of: ValueId; readonly out: ValueId }
  /** bit·value, as shares. */
  | {
      readonly op: 'bitTimes';
      readonly bits: ValueId;
      readonly numbers: ValueId;
      readonly value: ValueId;
      readonly out: ValueId;
    }
  /** Bits that must equal `expected`; those that do not are hashed into the run's alarm. */
  | { readonly op: 'watch'; readonly bits: ValueId; readonly expected: 0 | 1; readonly site: number }
  /** Whether any bit watched before was wrong: one bit of the whole run, or one for each site and part of the training. Three rounds. */
  | { readonly op: 'alarm'; readonly out: ValueId; readonly of: 'run' | 'sites and parts' }
  /** An output, freshly opened: to these parties and nobody else. */
  | {
      readonly op: 'reveal';
      readonly of: ValueId;
      readonly name: string;
      readonly to: readonly string[];
      readonly loss?: Loss;
    };

/** What is known of an output that is a mean loss: it is never below 0, whatever rounding and series make of it. */
export interface Loss {
  /** In the units of the output: what rounding and series can add. Below it nothing is resolved. */
  readonly resolved: number;
}

/** The values that an operation reads. */
export function inputsOf(op: Op): readonly ValueId[] {
  switch (op.op) {
    case 'input':
    case 'load':
    case 'alarm':
      return [];
    case 'linear':
      return op.terms.map(({ value }) => value);
    case 'stack':
      return op.of;
    case 'product':
      return [op.x, op.y];
    case 'lessThan':
      return [op.of, op.digits];
    case 'bitTimes':
      return [op.bits, op.numbers, op.value];
    case 'watch':
      return [op.bits];
    default:
      return [op.of];
  }
}

export type OpName = Op['op'];
export type OpOf<Name extends OpName> = Extract<Op, { op: Name }>;

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
  /** Of records: whose rows lie below each other. */
  readonly parts?: readonly Part[];
}

export interface Part {
  readonly owner: string;
  readonly rows: number;
}

/** A place that the alarm watches. */
export interface Site {
  readonly name: string;
  /** What in the job keeps values there within their range, in its own keys. */
  readonly remedy: string;
}

/** Parts of the training that the alarm tells apart. */
export const ALARM_PARTS = 8;

/** Words that collect the alarm. */
export const alarmWords = (sites: readonly Site[]): number => Math.max(1, sites.length) * ALARM_PARTS;

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

export type TrustMode = 'honest-majority' | 'dealer';

/** Who does what. Names are those of the job; the separate dealer is called `dealer`. */
export interface Roles {
  readonly trust: TrustMode;
  readonly parties: readonly string[];
  readonly dealer: string;
  readonly evaluators: readonly string[];
  /** All nodes, the dealer first. */
  readonly nodes: readonly string[];
}

export interface TrainingSchedule {
  readonly rows: number;
  readonly batch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Learning rates, each for so many steps; the last one goes on. */
  readonly rates: readonly number[];
  readonly stepsPerRate: number;
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

export function rolesOf(trust: TrustMode, parties: readonly string[]): Roles {
  return trust === 'dealer'
    ? { trust, parties, dealer: 'dealer', evaluators: parties, nodes: ['dealer', ...parties] }
    : { trust, parties, dealer: parties[0], evaluators: parties.slice(1), nodes: parties };
}

/** Bits that each group of an `allOf` names: the same number in all. */
export const factorsOf = ({ groups }: OpOf<'allOf'>): number => groups[0].length;

export const sizeOf = ({ rows, cols }: { readonly rows: number; readonly cols: number }): number => rows * cols;

/** The element of its state at which an update begins to write. */
export function updateStart({ values }: Plan, { from, first }: Update, repetition: number): number {
  return first === undefined ? 0 : values[from].cols * (first + repetition * values[from].rows);
}
