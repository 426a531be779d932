/**
 * The values that operations read and write. They are numbered. What a value *is* to an evaluator and to the dealer depends on its kind:
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
  /** The part of the model that it serves: `layer 1`, `weights 2`, `softmax`, `alarm`, … Absent: none. */
  readonly layer?: string;
}

/** Columns next to each other. */
export interface ColumnRange {
  readonly first: number;
  readonly count: number;
}

/** What a value is called, and the part of the model that it serves. Without a layer it serves what the values that it is made of serve. */
export type Label = string | Named;

export interface Named {
  readonly name?: string | undefined;
  readonly layer?: string | undefined;
}

/** The name in a label. */
export const nameIn = (label: Label | undefined): string | undefined =>
  typeof label === 'object' ? label.name : label;

export const sizeOf = ({ rows, cols }: { readonly rows: number; readonly cols: number }): number => rows * cols;

/** The public number constant·rate^ratePower of a step, where rate is its learning rate. */
export interface StepNumber {
  readonly constant: number;
  readonly ratePower: 0 | 1;
}

/** The public integer round(number·2^bits) of a step. */
export interface Factor extends StepNumber {
  readonly bits: number;
}

/** Values are of these two kinds where they are ring elements: of others an evaluator holds bits, or rows of records. */
export const isRing = ({ kind }: Value): boolean => kind === 'masked' || kind === 'shares';

/** Values that an evaluator holds as planes of bits. */
export const isPlanes = ({ kind }: Value): boolean => kind === 'bitShares' || kind === 'maskedBits';

/** Bytes of a row's mask of records in its stream, which fills memory from 64-byte boundaries. */
export const recordStride = ({ cols }: { readonly cols: number }): number => 64 * Math.ceil(cols / 8);
