/**
 * The most memory that tensors of a plan take at a node. State lives through the run; phases take turns in the same place.
 * @module
 */

import { noiseBytes } from '../privacy/noise-room.ts';
import { allOfTemporary } from '../protocol/all-of.ts';
import { anyBitTemporary } from '../protocol/any-bit.ts';
import { lessThanTemporary } from '../protocol/less-than.ts';
import { operandSizes, productShape } from '../protocol/product.ts';
import { spreadsOf } from '../protocol/spread.ts';
import { expandsAhead, type PhaseLayout } from './layout.ts';
import { deviationsOf } from './noise-deviations.ts';
import { factorsOf, type Op, type Phase, type Plan, sizeOf, type Value } from './plan.ts';
import { recordStride } from './records.ts';

/** Static data of the kernels, their tables and the scratch of matrix products, which work in blocks. */
const FIXED_BYTES = 2 ** 20;
/** What the alignment of an operation's tensors may take, and row or column numbers that it may need. */
const OPERATION_BYTES = 2048;

/** A plane of n bits, with its padding. */
const planeWords = (n: number) => n / 64 + 2;

export interface TensorMemory {
  /** In the linear memory of the kernels, which can address 4 GiB. */
  readonly addressed: number;
  /** Large sets of masked records, beside it. */
  readonly records: number;
}

/** By node: `layouts` are those of the plan's phases. */
export function planMemory(plan: Plan, layouts: readonly PhaseLayout[]): Record<string, TensorMemory> {
  const { roles, phases } = plan;
  const most = (isDealer: boolean) =>
    phases.reduce((bytes, phase, i) => Math.max(bytes, phaseBytes(plan, phase, layouts[i], isDealer)), 0);
  const deviations = deviationsOf(plan).length;
  const [evaluator, dealer] = [false, true].map((isDealer): TensorMemory => {
    const tables = FIXED_BYTES + noiseBytes(deviations) + (isDealer ? 0 : operandBytes(plan));
    return {
      addressed: tables + stateBytes(plan, isDealer) + most(isDealer),
      records: isDealer ? 0 : recordBytes(plan, 'beside'),
    };
  });
  return Object.fromEntries(roles.nodes.map((node) => [node, node === roles.dealer ? dealer : evaluator]));
}

/** The operands of any product, side by side. */
function operandBytes({ phases, values }: Plan): number {
  const sizes = phases.flatMap(({ ops }) =>
    ops.flatMap(({ op }) =>
      op.op === 'product' ? [operandSizes(productShape(op.form, values[op.x], values[op.y]))] : [],
    ),
  );
  const most = (side: 0 | 1) => sizes.reduce((largest, size) => Math.max(largest, size[side]), 0);
  return 8 * (most(0) + most(1)) + OPERATION_BYTES;
}

/** Tensors that a node keeps of a masked value: m and a share of the mask, or the mask and its spread. */
const copiesOf = (evaluators: number, isDealer: boolean) => (isDealer ? 1 + spreadsOf(evaluators) : 2);

/** A larger set of records lies beside what kernels address. */
const LARGE_RECORDS = 2 ** 28;

type Shape = Pick<Value, 'rows' | 'cols'>;

/** Whether a set of records lies beside the memory that the kernels of an evaluator address. */
export const isBeside = (records: Shape): boolean => 8 * sizeOf(records) > LARGE_RECORDS;

/** What an evaluator keeps of records, where the kernels address it or beside that. */
export function recordBytes({ state, values }: Plan, where: 'addressed' | 'beside'): number {
  const sets = state.flatMap(({ value, parts }) => (parts === undefined ? [] : [values[value]]));
  return sets.reduce((sum, set) => sum + (isBeside(set) === (where === 'beside') ? 8 * sizeOf(set) : 0), 0);
}

function stateBytes(plan: Plan, isDealer: boolean): number {
  const { state, values, sites, roles } = plan;
  const copies = copiesOf(roles.evaluators.length, isDealer);
  const words = state.reduce(
    (sum, { value, parts }) => sum + (parts === undefined ? copies * sizeOf(values[value]) : 0),
    0,
  );
  const records = isDealer ? 0 : recordBytes(plan, 'addressed');
  return 8 * words + records + OPERATION_BYTES * (state.length + sites.length);
}

function phaseBytes({ roles, values }: Plan, phase: Phase, layout: PhaseLayout, isDealer: boolean): number {
  const copies = copiesOf(roles.evaluators.length, isDealer);
  // A dealer expands for the last evaluator what is seeded alone.
  const { materialWords, seededWords } = layout;
  const expanded = isDealer
    ? roles.evaluators.length * materialWords + seededWords
    : (expandsAhead(layout) ? 2 : 1) * materialWords;
  const words = phase.ops.reduce(
    (sum, { op }) => sum + ownWords(op, values, copies, isDealer) + temporaryWords(op, values, copies),
    expanded + layout.publicWords,
  );
  return 8 * words + OPERATION_BYTES * phase.ops.length + (isDealer ? 0 : messageBytes(layout));
}

/** What was opened stays; what goes out and comes in does not. */
function messageBytes({ rounds }: PhaseLayout): number {
  const opened = rounds.flatMap(({ openings }) =>
    openings.map(({ opening }) => (opening.kind === 'fields' ? 16 * opening.count : 0)),
  );
  const largest = rounds.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const fields = opened.reduce((sum, bytes) => sum + bytes, 0);
  return rounds.reduce((sum, { bytes }) => sum + bytes, fields + 2 * largest) + OPERATION_BYTES * (rounds.length + 2);
}

/** The result of an operation. */
function ownWords(op: Op, values: readonly Value[], copies: number, isDealer: boolean): number {
  if (!('out' in op)) return 0;
  const value = values[op.out];
  // What is opened lies in the message, and its mask with the material, but not what a dealer derives from it.
  if (op.op === 'open') return isDealer ? (copies - 1) * sizeOf(value) : 0;
  switch (value.kind) {
    case 'masked':
      return copies * sizeOf(value);
    case 'shares':
      return sizeOf(value);
    case 'bitShares':
    case 'maskedBits':
      return isDealer ? 0 : 2 * planeWords(sizeOf(value));
    default:
      return 0;
  }
}

/** What an operation needs beside that, at the node where it needs most. */
function temporaryWords(op: Op, values: readonly Value[], copies: number): number {
  switch (op.op) {
    case 'load':
      return op.rows * values[op.into].cols + recordStride(values[op.into]) / 8;
    case 'gather':
      return values[op.out].rows + recordStride(values[op.out]) / 8;
    case 'open':
    case 'noise':
      return sizeOf(values[op.out]);
    case 'truncate':
      return 2 * copies * sizeOf(values[op.out]);
    case 'maskDigits':
      return 64 * planeWords(sizeOf(values[op.of]));
    case 'lessThan':
      return lessThanTemporary(sizeOf(values[op.of]), op.window);
    case 'allOf':
      return allOfTemporary(sizeOf(values[op.out]), factorsOf(op)) + op.groups.length * factorsOf(op);
    case 'alarm':
      return anyBitTemporary(sizeOf(values[op.out])) + sizeOf(values[op.out]);
    case 'selectColumns':
      return op.columns.length;
    default:
      return 0;
  }
}
