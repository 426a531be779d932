/**
 * Which part of the model values serve: their field `layer`. Some are given it by whoever names them; the rest follows when a phase is written.
 * @module
 */
import { declared, inputsOf, type Op } from '../../operations/table.ts';
import type { Value, ValueId } from '../../operations/value.ts';

/**
 * Gives a layer to what operations make, by the first of these that applies:
 * 1. the operation serves one layer whatever it reads, as the alarm's do;
 * 2. the label of its result says it;
 * 3. a product of matrices serves what the first value made from it serves, so X·W belongs to the layer that it becomes;
 * 4. it serves what the latest made of the values that it reads serves, so a layer's activation belongs to the layer.
 */
export function fillLayers(ops: readonly Op[], values: Value[]): void {
  const readers = firstReaders(ops);
  for (const op of ops) {
    if (!('out' in op)) continue;
    const layer =
      declared(op).layer ??
      values[op.out].layer ??
      layerMadeFrom(op, readers.get(op.out), values) ??
      latestOf(op, values);
    if (layer !== undefined) values[op.out] = { ...values[op.out], layer };
  }
}

/** The layer of an operation itself. */
export function layerOf(op: Op, values: readonly Value[]): string | undefined {
  const about = subjectOf(op);
  return declared(op).layer ?? (about === undefined ? undefined : values[about].layer);
}

const subjectOf = (op: Op): ValueId | undefined => declared(op).about?.(op) ?? ('out' in op ? op.out : undefined);

/** The first operation that reads each value. */
function firstReaders(ops: readonly Op[]): ReadonlyMap<ValueId, Op> {
  const readers = new Map<ValueId, Op>();
  for (const op of ops) for (const id of inputsOf(op)) if (!readers.has(id)) readers.set(id, op);
  return readers;
}

function layerMadeFrom(op: Op, reader: Op | undefined, values: readonly Value[]): string | undefined {
  const product = declared(op).multiplies?.(op, values);
  if (product === undefined || product.form === 'elementwise') return undefined;
  return reader === undefined ? undefined : layerOf(reader, values);
}

/** Values are numbered as they are made. */
const latestOf = (op: Op, values: readonly Value[]): string | undefined =>
  inputsOf(op)
    .toSorted((a, b) => b - a)
    .map((id) => values[id].layer)
    .find((layer) => layer !== undefined);
