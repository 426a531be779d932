/**
 * What one owner enters by one operation of a phase: encoded where it belongs, and masked there. Of an owner that runs no node, every evaluator enters a
 * share.
 * @module
 */
import { invariant, TrefoilError } from '../errors.ts';
import type { EnteringOp } from '../operations/entering.ts';
import type { NodeContext } from '../operations/execution.ts';
import { entrySize } from '../plan/quote/cost.ts';
import { firstRowOf, rowsEntered } from '../plan/records.ts';
import { maskInput } from '../protocol/input.ts';
import type { DealtTensor, ShareTensor } from '../protocol/tensors.ts';
import type { Node, Revealed } from './node.ts';
import type { Workspace } from './workspace.ts';

export interface Entry {
  readonly op: EnteringOp;
  readonly bytes: number;
  /** Where its masked values lie in a repetition; rows of others' records lie nowhere. */
  readonly at: (repetition: number) => number;
  /** Takes over rows of records, which do not stay where they are. */
  readonly keep?: (repetition: number, rows: Uint8Array) => void;
}

export interface OwnEntry extends Entry {
  /** Puts them there. */
  readonly write: (repetition: number, revealed: Revealed) => void;
}

/** Masked shares of all evaluators, which add up to the masked values. */
export interface SharedEntry extends OwnEntry {
  /** Adds the share of another evaluator. */
  readonly add: (repetition: number, share: Uint8Array) => void;
  /** Takes over the sum, once every share is in it. */
  readonly complete: (repetition: number) => void;
}

interface Context {
  readonly node: Node;
  readonly workspace: Workspace;
  /** Masks of rows of records. */
  readonly recordMasks: NodeContext['recordMasks'];
  /** The mask of a value that enters and is no records. */
  readonly maskOf: (op: EnteringOp) => ShareTensor | DealtTensor;
}

export function ownEntry(entry: Entry, context: Context): OwnEntry {
  const { node, workspace } = context;
  const { op, at } = entry;
  const { memory, machine } = workspace;
  const { values } = node.plan;
  const { fractionalBits } = values[op.into];
  const count = entrySize(op);
  const mask = compileMask(op, context);
  return {
    ...entry,
    write: (repetition, revealed) => {
      const numbers = node.inputs(op.name, revealed, rowsEntered(node.plan, op, repetition));
      invariant(numbers.length === count, `input ${op.name} has the planned size`);
      requireRoom(numbers, op.name, fractionalBits);
      const to = at(repetition);
      memory.f64(to, count).set(numbers);
      machine.kernels.encode(to, to, fractionalBits, count);
      mask(repetition, to);
      entry.keep?.(repetition, memory.u8(to, entry.bytes));
    },
  };
}

/** Rows of an owner that runs no node: this evaluator's share, masked, until those of the others are added. */
export function sharedEntry(entry: Entry, context: Context): SharedEntry {
  const { node, workspace } = context;
  const { op, at, keep, bytes } = entry;
  const { memory, machine } = workspace;
  const { plan, shares } = node;
  invariant(op.isRecords && keep !== undefined, 'an owner that runs no node enters records alone');
  const mask = compileMask(op, context);
  const incoming = memory.allocate(bytes);
  return {
    ...entry,
    write: (repetition) => {
      invariant(shares !== undefined, `there are shares of ${op.owner}`);
      const share = shares(op.owner, op.name, rowsEntered(plan, op, repetition));
      invariant(share.length === bytes, `the share of ${op.name} has the planned size`);
      const to = at(repetition);
      memory.u8(to, bytes).set(share);
      mask(repetition, to);
    },
    add: (repetition, share) => {
      memory.u8(incoming, bytes).set(share);
      machine.kernels.add(at(repetition), at(repetition), incoming, entrySize(op));
    },
    complete: (repetition) => keep(repetition, memory.u8(at(repetition), bytes)),
  };
}

function compileMask(
  op: EnteringOp,
  { node, workspace, recordMasks, maskOf }: Context,
): (repetition: number, to: number) => void {
  const { plan } = node;
  if (!op.isRecords) {
    const mask = maskOf(op);
    const count = entrySize(op);
    return (_, to) => maskInput(workspace.machine, to, mask, count);
  }
  const add = recordMasks(op.into, { columns: op.columns });
  const rows = new Uint32Array(op.rows);
  return (repetition, to) => {
    const first = firstRowOf(plan, op, repetition);
    for (let i = 0; i < rows.length; i++) rows[i] = first + i;
    add(rows, [to]);
  };
}

/** Throws `TREFOIL_RANGE` where a number is none that a plan could have meant. */
export function requireRoom(numbers: Float64Array, name: string, fractionalBits: number): void {
  const limit = 2 ** (62 - fractionalBits);
  if (numbers.every((x) => Math.abs(x) < limit)) return;
  throw new TrefoilError(
    'TREFOIL_RANGE',
    `a number of ${name} is not finite or too large for fixed point with ${fractionalBits} fractional bits: its size has to stay below ` +
      `2^${62 - fractionalBits}`,
  );
}

/** Everything that one owner enters in a repetition, as it lies in memory: one message. */
export function entryMessage(entries: readonly Entry[], repetition: number, { memory }: Workspace): Uint8Array {
  const message = new Uint8Array(entries.reduce((sum, { bytes }) => sum + bytes, 0));
  let from = 0;
  for (const { at, bytes } of entries) {
    message.set(memory.u8(at(repetition), bytes), from);
    from += bytes;
  }
  return message;
}

/** Puts such a message where it belongs. */
export function takeEntries(
  entries: readonly (Entry | SharedEntry)[],
  repetition: number,
  { memory }: Workspace,
  message: Uint8Array,
) {
  let from = 0;
  for (const entry of entries) {
    const { at, bytes, keep } = entry;
    const part = message.subarray(from, from + bytes);
    if ('add' in entry) entry.add(repetition, part);
    else if (keep === undefined) memory.u8(at(repetition), bytes).set(part);
    else keep(repetition, part);
    from += bytes;
  }
}
