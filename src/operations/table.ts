/**
 * Every operation, by name. A missing row is a type error.
 * @module
 */
import { type AlarmOp, alarm } from './alarm.ts';
import { type AllOfOp, allOf } from './all-of.ts';
import { type BitTimesOp, bitTimes } from './bit-times.ts';
import { type BroadcastOp, broadcast } from './broadcast.ts';
import { type FourierOp, fourier } from './fourier.ts';
import { type GatherOp, gather } from './gather.ts';
import { type GatherEntriesOp, gatherEntries, type ScatterEntriesOp, scatterEntries } from './image-entries.ts';
import { type InputOp, input } from './input.ts';
import { type LessThanOp, lessThan } from './less-than.ts';
import { type LinearOp, linear } from './linear.ts';
import { type LoadOp, load } from './load.ts';
import { type MaskDigitsOp, maskDigits } from './mask-digits.ts';
import { type MaskNumbersOp, maskNumbers } from './mask-numbers.ts';
import { type NoiseOp, noise } from './noise.ts';
import { type OpenOp, open } from './open.ts';
import { type OpenBitsOp, openBits } from './open-bits.ts';
import { FREE, type Operation, type OperationCost, type Setting } from './operation.ts';
import { type ProductOp, product } from './product.ts';
import { type RandomSumsOp, randomSums } from './random-sums.ts';
import { type RepeatColumnOp, repeatColumn } from './repeat-column.ts';
import { type RevealOp, reveal } from './reveal.ts';
import { type SelectColumnsOp, selectColumns } from './select-columns.ts';
import { type StackOp, stack } from './stack.ts';
import { type SumColumnsOp, sumColumns } from './sum-columns.ts';
import { type SumRowsOp, sumRows } from './sum-rows.ts';
import { type TruncateOp, truncate } from './truncate.ts';
import type { ValueId } from './value.ts';
import { type WatchOp, watch } from './watch.ts';

export type Op =
  | AlarmOp
  | AllOfOp
  | BitTimesOp
  | BroadcastOp
  | FourierOp
  | GatherEntriesOp
  | GatherOp
  | InputOp
  | LessThanOp
  | LinearOp
  | LoadOp
  | MaskDigitsOp
  | MaskNumbersOp
  | NoiseOp
  | OpenBitsOp
  | OpenOp
  | ProductOp
  | RandomSumsOp
  | RepeatColumnOp
  | RevealOp
  | ScatterEntriesOp
  | SelectColumnsOp
  | StackOp
  | SumColumnsOp
  | SumRowsOp
  | TruncateOp
  | WatchOp;

export type OpName = Op['op'];
export type OpOf<Name extends OpName> = Extract<Op, { op: Name }>;

const OPERATIONS: { readonly [Name in OpName]: Operation<OpOf<Name>> } = {
  alarm,
  allOf,
  bitTimes,
  broadcast,
  fourier,
  gather,
  gatherEntries,
  input,
  lessThan,
  linear,
  load,
  maskDigits,
  maskNumbers,
  noise,
  open,
  openBits,
  product,
  randomSums,
  repeatColumn,
  reveal,
  scatterEntries,
  selectColumns,
  stack,
  sumColumns,
  sumRows,
  truncate,
  watch,
};

/** What an operation declares about itself. It is that of its own name, so it takes the operation as argument. */
export const declared = (op: Op): Operation<Op> => OPERATIONS[op.op];

/** The values that an operation reads. */
export const inputsOf = (op: Op): readonly ValueId[] => declared(op).reads(op);

/** What an operation consumes and sends. */
export const operationCost = (op: Op, setting: Setting): OperationCost => declared(op).cost?.(op, setting) ?? FREE;
