/**
 * Writes the operations that need no message: linear maps, entering inputs and records, noise, and new values of the state.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Scalar } from '../../graph/graph.ts';
import { entriesOf, lengthOf, mostVisits, type Walk } from '../../image-walk.ts';
import type { LoadedTile } from '../../operations/load.ts';
import { type Label, nameIn } from '../../operations/value.ts';
import { noiseAt } from '../noise-deviations.ts';
import { type Factor, type Op, type RowChoice, sizeOf, type Update, type Value, type ValueId } from '../plan.ts';
import { refusal } from '../refusal.ts';
import { HEADROOM_BITS, type ValueTable } from './value-table.ts';

/** One summand of a linear combination: factor·value. */
export interface Term {
  readonly value: ValueId;
  readonly factor: Factor;
}

/** The factor that is this number in every step. */
export const exactly = (constant: number): Factor => ({ constant, ratePower: 0, bits: 0 });

export class LinearBuilder {
  readonly ops: Op[] = [];
  readonly updates: Update[] = [];
  protected readonly table: ValueTable;

  constructor(table: ValueTable) {
    this.table = table;
  }

  valueOf(id: ValueId): Value {
    return this.table.values[id];
  }

  magnitude(scalar: Scalar): number {
    return this.table.magnitude(scalar);
  }

  leastMagnitude(scalar: Scalar): number {
    return this.table.leastMagnitude(scalar);
  }

  input(
    owner: string,
    name: string,
    shape: { rows: number; cols: number },
    fractionalBits: number,
    bound: number,
    label: Label = name,
  ): ValueId {
    const out = this.table.value('masked', shape, fractionalBits, bound, label);
    this.ops.push({ op: 'input', out, owner, name });
    return out;
  }

  /** Fills rows of a set of records, in each repetition those that follow; `tile` where the owner's part has some columns of them. */
  load(into: ValueId, owner: string, name: string, first: number, rows: number, tile?: LoadedTile): void {
    this.ops.push({ op: 'load', into, owner, name, first, rows, ...(tile === undefined ? {} : { tile }) });
  }

  /** Rows of records, or of a masked value. */
  gather(of: ValueId, choice: RowChoice, rows: number, first = 0): ValueId {
    const { cols, fractionalBits, bound, name, layer } = this.valueOf(of);
    const out = this.table.value('masked', { rows, cols }, fractionalBits, bound, { name, layer });
    this.ops.push({ op: 'gather', of, out, rows: choice, first });
    return out;
  }

  /** Σ factor·value + constant, with the scale of the result; masked where all terms are. */
  linear(terms: readonly Term[], constant: Factor, fractionalBits: number, label?: Label): ValueId {
    const values = terms.map(({ value }) => this.valueOf(value));
    const ringBound = terms.reduce(
      (sum, { factor }, i) => sum + this.#ring(factor, nameIn(label)) * values[i].bound * 2 ** values[i].fractionalBits,
      this.#ring(constant, nameIn(label)),
    );
    const kind = values.every((value) => value.kind === 'masked') ? 'masked' : 'shares';
    const out = this.table.value(kind, values[0], fractionalBits, ringBound / 2 ** fractionalBits, label);
    this.ops.push({ op: 'linear', terms, constant, out });
    return out;
  }

  #ring(factor: Factor, name: string | undefined): number {
    const most = this.magnitude(factor) * 2 ** factor.bits;
    // A larger one than 2^53 is rounded to 53 bits, alike at every node.
    if (most > 2 ** HEADROOM_BITS) throw refusal(name, 'takes a public factor with more digits than a number has');
    return Math.ceil(most);
  }

  /** States a bound that holds by construction, where adding up bounds would lose it. */
  bounded(of: ValueId, bound: number): ValueId {
    this.table.values[of] = { ...this.valueOf(of), bound };
    return of;
  }

  /** Whether the value may be beyond the range contract, up to all that the ring can hold. */
  fillsRing(of: ValueId): boolean {
    const { bound, fractionalBits } = this.valueOf(of);
    return Math.log2(bound) + fractionalBits > HEADROOM_BITS;
  }

  broadcast(of: ValueId, rows: number): ValueId {
    const { kind, cols, fractionalBits, bound } = this.valueOf(of);
    const out = this.table.value(kind, { rows, cols }, fractionalBits, bound);
    this.ops.push({ op: 'broadcast', of, out });
    return out;
  }

  sumRows(of: ValueId, label?: Label): ValueId {
    const { kind, rows, cols, fractionalBits, bound } = this.valueOf(of);
    const out = this.table.value(kind, { rows: 1, cols }, fractionalBits, bound * rows, label);
    this.ops.push({ op: 'sumRows', of, out });
    return out;
  }

  sumColumns(of: ValueId, label?: Label): ValueId {
    const { kind, rows, cols, fractionalBits, bound } = this.valueOf(of);
    const out = this.table.value(kind, { rows, cols: 1 }, fractionalBits, bound * cols, label);
    this.ops.push({ op: 'sumColumns', of, out });
    return out;
  }

  repeatColumn(of: ValueId, cols: number): ValueId {
    const { kind, rows, fractionalBits, bound } = this.valueOf(of);
    const out = this.table.value(kind, { rows, cols }, fractionalBits, bound);
    this.ops.push({ op: 'repeatColumn', of, out });
    return out;
  }

  selectColumns(of: ValueId, columns: readonly number[]): ValueId {
    const { kind, rows, fractionalBits, bound } = this.valueOf(of);
    const out = this.table.value(kind, { rows, cols: columns.length }, fractionalBits, bound);
    this.ops.push({ op: 'selectColumns', of, out, columns });
    return out;
  }

  /** The entries of each record along a walk, as so many rows. */
  gatherEntries(of: ValueId, walk: Walk, rows: number, label?: Label): ValueId {
    const { kind, rows: before, cols, fractionalBits, bound } = this.valueOf(of);
    const entries = ((before * cols) / entriesOf(walk)) * lengthOf(walk);
    const out = this.table.value(kind, { rows, cols: entries / rows }, fractionalBits, bound, label);
    this.ops.push({ op: 'gatherEntries', of, out, walk });
    return out;
  }

  /** What a walk over each record brings to its entries, added up, as so many rows. */
  scatterEntries(of: ValueId, walk: Walk, rows: number, label?: Label): ValueId {
    const { kind, rows: before, cols, fractionalBits, bound } = this.valueOf(of);
    const entries = ((before * cols) / lengthOf(walk)) * entriesOf(walk);
    const most = bound * mostVisits(walk);
    const out = this.table.value(kind, { rows, cols: entries / rows }, fractionalBits, most, label);
    this.ops.push({ op: 'scatterEntries', of, out, walk });
    return out;
  }

  /** Masked values below each other. */
  stack(of: readonly ValueId[], label?: Label): ValueId {
    const parts = of.map((id) => this.valueOf(id));
    const [{ cols }] = parts;
    invariant(
      parts.every((part) => part.cols === cols),
      'what is stacked is of one width',
    );
    return this.laidOut(of, { rows: parts.reduce((sum, part) => sum + part.rows, 0), cols }, label);
  }

  /** The elements of masked values in their order, as a matrix of another shape, row by row. */
  laidOut(of: readonly ValueId[], shape: { rows: number; cols: number }, label?: Label): ValueId {
    const parts = of.map((id) => this.valueOf(id));
    const [{ fractionalBits }] = parts;
    invariant(
      parts.every((part) => part.kind === 'masked' && part.fractionalBits === fractionalBits) &&
        parts.reduce((sum, part) => sum + sizeOf(part), 0) === sizeOf(shape),
      'what is laid out is masked, of one scale, and fills the shape',
    );
    const bound = parts.reduce((most, part) => Math.max(most, part.bound), 0);
    const out = this.table.value('masked', shape, fractionalBits, bound, label);
    this.ops.push({ op: 'stack', of, out });
    return out;
  }

  /** Adds noise that hides a change by `sensitivity`, in the units of the value. */
  noise(of: ValueId, sensitivity: Scalar, noiseMultiplier: number): ValueId {
    const { fractionalBits, ...value } = this.valueOf(of);
    const noise = { sensitivity: { ...sensitivity, bits: fractionalBits }, noiseMultiplier };
    const { trust } = this.table.roles;
    // The least one must be large enough, too.
    const [largest] = [this.magnitude(sensitivity), this.leastMagnitude(sensitivity)].map(
      (most) => noiseAt({ ...noise, sensitivity: { ...exactly(most), bits: fractionalBits } }, trust, 1).reach,
    );
    const bound = value.bound + largest * 2 ** -fractionalBits;
    const out = this.table.value('shares', value, fractionalBits, bound, value);
    this.ops.push({ op: 'noise', of, out, ...noise, corrected: true });
    return out;
  }

  /** The new value of a state, or of its rows from `first` on, in each repetition those that follow. */
  update(state: ValueId, from: ValueId, first?: number): void {
    const [a, b] = [this.valueOf(state), this.valueOf(from)];
    invariant(a.fractionalBits === b.fractionalBits && b.kind === 'masked', 'state keeps its scale');
    invariant((a.rows === b.rows || first !== undefined) && a.cols === b.cols, 'state keeps its shape');
    // Updates are copied one after the other, so none may read a state that another has already changed.
    invariant(!this.table.state.some(({ value }) => value === from), 'a state takes on a value made in the phase');
    this.updates.push({ state, from, ...(first === undefined ? {} : { first }) });
  }
}
