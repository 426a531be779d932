/**
 * A party's own table split into training, test and validation rows: by a public seed, and where the job says so by its own labels.
 * @module
 */
import { permutation } from '../../prg/permutation.ts';
import { publicStreams } from '../../prg/session-keys.ts';
import type { RowKind, RowSplit } from '../file/job.ts';

export type RowCounts = Readonly<Record<RowKind, number>>;

const SEED_BYTES = 32;

/** Numbers of the rows of each kind, ascending. `labels` are those of the whole table, `party` its owner, so that owners of equal tables draw other rows. */
export function splitRows(
  labels: Float64Array,
  counts: RowCounts,
  { stratified, seed }: RowSplit,
  party: string,
): Readonly<Record<RowKind, Uint32Array>> {
  const bytes = new Uint8Array(SEED_BYTES);
  new DataView(bytes.buffer).setFloat64(0, seed);
  const order = permutation(publicStreams(bytes).stream(`split of ${party}`), 0, labels.length);
  const groups = stratified ? byLabel(order, labels) : [order];
  const test = taken(groups, counts.test);
  const rest = groups.map((group, g) => group.subarray(test[g]));
  const validation = taken(rest, counts.validation);
  const all = (parts: readonly Uint32Array[]) => Uint32Array.from(parts.flatMap((part) => [...part])).sort();
  return {
    test: all(groups.map((group, g) => group.subarray(0, test[g]))),
    validation: all(rest.map((group, g) => group.subarray(0, validation[g]))),
    train: all(rest.map((group, g) => group.subarray(validation[g]))),
  };
}

/** The rows of each label, in the same order. */
function byLabel(order: Uint32Array, labels: Float64Array): Uint32Array[] {
  const groups = new Map<number, number[]>();
  for (const row of order) {
    const group = groups.get(labels[row]) ?? [];
    groups.set(labels[row], group);
    group.push(row);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, rows]) => Uint32Array.from(rows));
}

/** How many are taken of each group, so many in all: its part, rounded down or up, up where more is left over. */
function taken(groups: readonly Uint32Array[], count: number): number[] {
  const all = groups.reduce((sum, { length }) => sum + length, 0);
  const parts = groups.map(({ length }) => (all === 0 ? 0 : (length * count) / all));
  const whole = parts.map(Math.floor);
  const left = count - whole.reduce((sum, part) => sum + part, 0);
  const byRest = parts.map((part, g) => ({ g, rest: part - whole[g] })).sort((a, b) => b.rest - a.rest || a.g - b.g);
  for (const { g } of byRest.slice(0, left)) whole[g]++;
  return whole;
}
