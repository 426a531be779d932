/**
 * Sets of records: whose rows and columns lie where, and where their masks lie in the streams.
 *
 * A set is tiled by rectangles of which each has one owner: rows below each other where every owner has records of its own, columns beside each
 * other where owners know different things of the same persons, or both.
 *
 * Every set has a stream of its own for each evaluator, used for nothing else. Row i of the set has its own bytes there, from
 * i·recordStride on, and each column its own word among them, whoever owns it. An element enters once in a run: so a mask belongs to one value.
 * @module
 */
import { invariant } from '../errors.ts';
import type { Entering } from '../operations/effects.ts';
import type { ValueId } from '../operations/value.ts';
import type { ColumnRange, Part, Plan } from './plan.ts';

export const recordStream = (records: ValueId) => `records ${records}`;

/** A part of a set of records with its place. */
export interface Rectangle {
  readonly owner: string;
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: ColumnRange;
}

export function partsOf({ state }: Pick<Plan, 'state'>, records: ValueId): readonly Part[] {
  const parts = state.find(({ value }) => value === records)?.parts;
  invariant(parts !== undefined, `value ${records} is a set of records`);
  return parts;
}

/** The parts of a set of so many columns, in their order. */
export function rectanglesOf(parts: readonly Part[], cols: number): readonly Rectangle[] {
  let below = 0;
  return parts.map(({ owner, rows, tile }) => {
    const firstRow = tile?.firstRow ?? below;
    below = Math.max(below, firstRow + rows);
    return { owner, firstRow, rows, columns: tile?.columns ?? { first: 0, count: cols } };
  });
}

type Placed = Pick<Plan, 'state' | 'values'>;

function rectanglesOfSet(plan: Placed, { into, owner, part }: Entering) {
  const all = rectanglesOf(partsOf(plan, into), plan.values[into].cols);
  const own = part === undefined ? all.find((each) => each.owner === owner) : all[part];
  invariant(own?.owner === owner, `${owner} has a part of value ${into}`);
  return { all, own };
}

/** The row of the whole set of records that a repetition of what enters begins with. */
export function firstRowOf(plan: Placed, entering: Entering, repetition: number): number {
  const { own } = rectanglesOfSet(plan, entering);
  return own.firstRow + entering.first + repetition * entering.advance;
}

/** Rows of one owner, counted from 0, and columns of the set where the owner enters some of them alone. */
export interface OwnRows {
  readonly first: number;
  readonly count: number;
  readonly columns?: ColumnRange;
}

/** What a repetition asks an owner for. An owner counts the rows of the set in which it has anything. */
export function rowsEntered(plan: Placed, entering: Entering, repetition: number): OwnRows {
  const { first, advance, rows, columns, isRecords, part } = entering;
  const asked = first + repetition * advance;
  if (!isRecords || part === undefined) return { first: asked, count: rows };
  const { all, own } = rectanglesOfSet(plan, entering);
  const before = rowsWithin(
    all.filter(({ owner }) => owner === own.owner),
    own.firstRow,
  );
  return { first: before + asked, count: rows, columns };
}

/** How many of the first `end` rows any of the rectangles touches. */
function rowsWithin(rectangles: readonly Rectangle[], end: number): number {
  let [counted, upTo] = [0, 0];
  for (const { firstRow, rows } of [...rectangles].sort((a, b) => a.firstRow - b.firstRow)) {
    const [from, to] = [Math.max(upTo, firstRow), Math.min(end, firstRow + rows)];
    counted += Math.max(0, to - from);
    upTo = Math.max(upTo, to);
  }
  return counted;
}
