/**
 * What operations run on: small interfaces that the executors of evaluators, of dealers and of the twin in the clear implement. An operation is
 * compiled once for a phase; what it compiles to runs in every repetition without allocating.
 * @module
 */
import type { ProductShape } from '../protocol/product.ts';
import type { DealtTensor, Machine } from '../protocol/tensors.ts';
import type { RingMemory } from '../ring/ring-memory.ts';
import type { Slices } from '../slices.ts';
import type { Roles } from '../trust/roles.ts';
import type { Entering, Noise } from './effects.ts';
import type { MaskNeeds } from './masks.ts';
import type { DealerSlots, EvaluatorSlots } from './slots.ts';
import type { ColumnRange, Factor, Value, ValueId } from './value.ts';

/** A part of an operation between two exchanges. */
export type Step = (() => void) | { readonly slices: () => Slices };

/** A step that may take long. */
export const inSlices = (slices: () => Slices): Step => ({ slices });

/** A step that does nothing. */
export const nothing = (): void => undefined;

/** Public numbers of the step under way. */
export interface StepNumbers {
  readonly learningRate: number;
  /** The part of the training that the alarm books what it sees on. */
  readonly alarmPart: number;
}

export interface RecordMaskOptions {
  /** For each address the factors, 1, 0 or −1, of what comes from each evaluator. Absent: all are 1. */
  readonly signs?: readonly (readonly number[])[];
  /** The columns that the values at each address have. Absent: all. */
  readonly columns?: ColumnRange;
}

/** Adds what a node knows of the masks of `rows` to the values at each address of `to`. */
export type AddMasks = (rows: Uint32Array, to: readonly number[]) => void;

/**
 * Rows of a data set that an operation takes: the batch of the step, the rows that come next, those that come next of the fold that the training before left
 * out, or one side of all pairs i < j.
 */
export type RowChoice = 'batch' | 'next' | 'fold' | 'pairFirst' | 'pairSecond';

export interface SelectedRows {
  readonly rows: RowChoice;
  /** The row, or the place in its fold, at which the next rows begin in the first repetition; 0 for other choices. */
  readonly first: number;
  readonly of: ValueId;
  readonly out: ValueId;
}

/** A node's own part of the noise of one operation. */
export interface AddsNoise {
  addTo(to: number): Slices;
}

/** What a node of a session offers, evaluator and dealer alike. */
export interface NodeContext {
  readonly values: readonly Value[];
  readonly roles: Roles;
  readonly machine: Machine;
  readonly memory: RingMemory;
  readonly step: StepNumbers;
  /** Address of the cosine table. */
  readonly table: number;
  /** Allocates memory that is kept for the phase: words, planes of n bits, or small public integers as u32. */
  words(count: number): number;
  planes(count: number, n: number): number;
  u32s(values: readonly number[]): number;
  /** Gives the ring integer of a factor in the current step. */
  factor(factor: Factor): () => bigint;
  /** Address of the row numbers, as u32, that are selected in each repetition. */
  rowNumbers(selected: SelectedRows): number;
  /** Masks of rows of records. */
  recordMasks(records: ValueId, options?: RecordMaskOptions): AddMasks;
  /** This node's part of a noise of so many elements. */
  ownNoise(noise: Noise, count: number): AddsNoise;
}

export interface EvaluatorContext extends NodeContext {
  readonly slots: EvaluatorSlots;
  /** The words that collect the alarm: their address, and how many. */
  readonly alarm: { readonly at: number; readonly words: number };
  /** Whether shares of a value's mask are needed. */
  needsShares(id: ValueId): boolean;
}

/** Where what one operation reads and writes lies at an evaluator, beside the values that it is about. */
export interface EvaluatorPlaces {
  readonly material: readonly number[];
  /** Address of its part of the outgoing message, by opening. */
  readonly outgoing: readonly number[];
  /** Address of what was opened: ring elements, packed bit planes or unpacked fields. */
  readonly opened: readonly number[];
  /** Address of its public random words. */
  readonly publicWords: number;
  /** Address of what it writes: m or a share, [λ], and what it needs on the way. Each throws where it has none. */
  readonly value: () => number;
  readonly mask: () => number;
  readonly temporary: () => number;
}

export interface DealerContext extends NodeContext {
  readonly slots: DealerSlots;
  /** What is needed of the mask of a value. */
  needsOf(id: ValueId): MaskNeeds | undefined;
}

/** An item of material: the whole of it where seeded, room for the whole where dealt; and what single evaluators expand, where that is needed. */
export interface DealerItem {
  readonly whole: DealtTensor;
  readonly expanded: readonly DealtTensor[];
}

/** The same at the dealer: what it writes beside its material, of which `whole` and `uncorrected` throw where it has none. */
export interface DealerPlaces {
  readonly items: readonly DealerItem[];
  readonly publicWords: number;
  readonly whole: () => DealtTensor;
  readonly spread: readonly DealtTensor[];
  readonly uncorrected: () => DealtTensor;
  readonly temporary: readonly number[];
}

/** What the twin in the clear offers: every value as real numbers. */
export interface ClearContext {
  readonly values: readonly Value[];
  readonly step: StepNumbers;
  /** What the alarm has seen, by site and part of the training. */
  readonly alarm: Float64Array;
  of(id: ValueId): Float64Array;
  /** Where an operation writes its result. */
  room(id: ValueId): Float64Array;
  rowNumbers(selected: SelectedRows): Uint32Array;
  /** An owner's numbers, and the row of the whole set of records that they begin with. */
  entered(entering: Entering): Float64Array;
  firstRow(entering: Entering): number;
  /** The product of two matrices, into the room of `out`. */
  multiply(shape: ProductShape, operands: { readonly x: ValueId; readonly y: ValueId; readonly out: ValueId }): void;
  /** Hands an output on. */
  reveal(name: string, numbers: Float64Array): void;
}
