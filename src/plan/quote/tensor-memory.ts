/**
 * The most memory that tensors of a plan take at a node. State lives through the run; phases take turns in the same place, or wait for one that
 * comes in between.
 * @module
 */

import { declared } from '../../operations/table.ts';
import { isPlanes, recordStride, sizeOf, type Value } from '../../operations/value.ts';
import { noiseBytes } from '../../privacy/noise/noise-room.ts';
import { operandSizes } from '../../protocol/product.ts';
import { spreadsOf } from '../../protocol/spread.ts';
import { enteredBy } from '../../trust/roles.ts';
import { deviationsOf } from '../noise-deviations.ts';
import type { Op, Phase, Plan } from '../plan.ts';
import { dealerPlaces } from '../write/dealer-places.ts';
import { evaluatorPlaces } from '../write/evaluator-places.ts';
import { expandsAhead, type PhaseLayout } from '../write/layout.ts';
import { productsOf } from './work.ts';

/** Static data of the kernels, their tables and the scratch of matrix products, which work in blocks. */
const FIXED_BYTES = 2 ** 20;
/** What the alignment of an operation's tensors may take, and row or column numbers that it may need. */
const OPERATION_BYTES = 2048;

/** A plane of n bits, with its padding. */
const planeWords = (n: number) => n / 64 + 2;

export interface TensorMemory {
  /** Bytes in the linear memory of the kernels, which can address 4 GiB. */
  readonly addressed: number;
  /** Large sets of masked records, beside it. */
  readonly records: number;
}

/** The tensors of each node; `layouts` are those of the plan's phases. */
export function planMemory(plan: Plan, layouts: readonly PhaseLayout[]): Record<string, TensorMemory> {
  const { roles, phases } = plan;
  const most = (isDealer: boolean) => {
    const bytes = phases.map((phase, i) => phaseBytes(plan, phase, layouts[i], isDealer));
    const together = plan.sessions.flatMap(({ phase, isAside }, i) =>
      isAside === true ? [bytes[plan.sessions[i - 1].phase] + bytes[phase]] : [],
    );
    return [...bytes, ...together].reduce((largest, each) => Math.max(largest, each), 0);
  };
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
  const sizes = phases.flatMap(({ ops }) => productsOf(ops, values)).map(operandSizes);
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

function phaseBytes(plan: Plan, phase: Phase, layout: PhaseLayout, isDealer: boolean): number {
  const { values } = plan;
  const { materialWords, publicWords } = layout;
  const { places } = (isDealer ? dealerPlaces : evaluatorPlaces)(plan, phase, layout);
  const words = phase.ops.reduce(
    (sum, { op }) => sum + enteredWords(op, plan) + keptWords(op, values, isDealer),
    (expandsAhead(layout) && !isDealer ? 2 : 1) * materialWords + publicWords,
  );
  return 8 * words + places.bytes + OPERATION_BYTES * (phase.ops.length + 1) + (isDealer ? 0 : messageBytes(layout));
}

/** What goes out in a round, and what comes in. */
function messageBytes({ rounds }: PhaseLayout): number {
  return 2 * rounds.reduce((most, { bytes }) => Math.max(most, bytes), 0) + OPERATION_BYTES;
}

/** What enters by an operation: m, and at an evaluator a share of its mask; of an owner that runs no node, what another evaluator sends of it, too. */
function enteredWords(op: Op, { values, roles }: Plan): number {
  const entering = declared(op).enters?.(op, values);
  if (entering === undefined) return 0;
  const { owner, into, rows, columns, isRecords } = entering;
  const words = rows * columns.count;
  const shares = enteredBy(roles, owner).length > 1 ? 2 : 1;
  return isRecords ? shares * words + recordStride(values[into]) / 8 : 2 * words;
}

/** What an operation keeps from repetition to repetition, beside its places. */
function keptWords(op: Op, values: readonly Value[], isDealer: boolean): number {
  const planes = 'out' in op && !isDealer && isPlanes(values[op.out]) ? 2 * planeWords(sizeOf(values[op.out])) : 0;
  return planes + (declared(op).keptWords?.(op, values, isDealer) ?? 0);
}
