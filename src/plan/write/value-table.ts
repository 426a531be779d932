/**
 * The values of a plan while it is written, each with its scale and its proved bound, the state among them, and what the alarm watches.
 *
 * Range contract: every ring value stays below 2^62 in magnitude. What can not be proved is refused here, with the name of the value.
 * @module
 */
import type { Scalar } from '../../graph/graph.ts';
import type { Label } from '../../operations/value.ts';
import type { Part, Roles, Site, State, Value, ValueId, ValueKind } from '../plan.ts';
import { rectanglesOf } from '../records.ts';
import { refusal } from '../refusal.ts';
import { type JobKey, type Remedy, remedyOf } from '../remedies.ts';

export const HEADROOM_BITS = 62;

export class ValueTable {
  readonly values: Value[] = [];
  readonly state: State[] = [];
  readonly sites: Site[] = [];
  readonly roles: Roles;
  /** The largest learning rate of the run: factors are bounded with it. */
  readonly #maxRate: number;
  readonly #minRate: number;
  readonly #fixedKeys: readonly JobKey[];
  /** Bits that the largest value of the run may take. */
  usedBits = 0;

  /** `fixedKeys` are those of the job that nobody can turn to keep values small. */
  constructor(roles: Roles, rates: readonly number[], fixedKeys: readonly JobKey[] = []) {
    this.roles = roles;
    this.#fixedKeys = fixedKeys;
    this.#maxRate = rates.reduce((most, rate) => Math.max(most, rate), 0);
    this.#minRate = rates.reduce((least, rate) => Math.min(least, rate), this.#maxRate);
  }

  value(
    kind: ValueKind,
    shape: { rows: number; cols: number },
    fractionalBits: number,
    bound: number,
    label: Label = {},
  ) {
    const { rows, cols } = shape;
    const id = this.values.length;
    const value: Value = { id, kind, rows, cols, fractionalBits, bound, ...named(label) };
    this.usedBits = Math.max(this.usedBits, this.#checkedBits(value));
    this.values.push(value);
    return id;
  }

  #checkedBits({ rows, cols, fractionalBits, bound, name }: Value): number {
    const bits = Math.log2(bound) + fractionalBits;
    if (bits <= HEADROOM_BITS) return bits;
    throw refusal(name, `(${rows}×${cols}) may need ${Math.ceil(bits)} bits, and ${HEADROOM_BITS} are available`);
  }

  /** A masked value that lives from phase to phase; it starts at 0, or uniform on ±initial. */
  addState(
    shape: { rows: number; cols: number },
    fractionalBits: number,
    bound: number,
    label: Label,
    initial?: number,
  ): ValueId {
    const value = this.value('masked', shape, fractionalBits, bound, label);
    this.state.push({ value, ...(initial === undefined ? {} : { initial }) });
    return value;
  }

  /** A set of records, which its owners' parts tile. */
  addRecords(parts: readonly Part[], cols: number, fractionalBits: number, bound: number, label: Label): ValueId {
    const rows = rectanglesOf(parts, cols).reduce((most, part) => Math.max(most, part.firstRow + part.rows), 0);
    const value = this.value('records', { rows, cols }, fractionalBits, bound, label);
    this.state.push({ value, parts });
    return value;
  }

  /** The number of a place that the alarm watches, by its name; what helps there is said where it is watched first. */
  site(name: string, remedies: readonly Remedy[]): number {
    const known = this.sites.findIndex((site) => site.name === name);
    return known >= 0 ? known : this.sites.push({ name, remedy: remedyOf(remedies, this.#fixedKeys) }) - 1;
  }

  /** Largest |scalar| over the run. */
  magnitude({ constant, ratePower }: Scalar): number {
    return Math.abs(constant) * (ratePower === 1 ? this.#maxRate : 1);
  }

  /** Smallest |scalar| over the run. */
  leastMagnitude({ constant, ratePower }: Scalar): number {
    return Math.abs(constant) * (ratePower === 1 ? this.#minRate : 1);
  }

  /** Raises the bound of a state value to what was proved about it since. */
  widen(state: ValueId, bound: number): void {
    this.values[state] = { ...this.values[state], bound };
    this.usedBits = Math.max(this.usedBits, this.#checkedBits(this.values[state]));
  }

  /** Refuses a value of which `count` do not add up within the ring. */
  requireRoom(value: ValueId, count: number): void {
    this.#checkedBits({ ...this.values[value], bound: this.values[value].bound * count });
  }
}

/** What a label says, without the rest of a value that stands in for one. */
function named(label: Label): Pick<Value, 'name' | 'layer'> {
  const { name, layer } = typeof label === 'string' ? { name: label, layer: undefined } : label;
  return { ...(name === undefined ? {} : { name }), ...(layer === undefined ? {} : { layer }) };
}
