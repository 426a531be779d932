/**
 * The float64 twin's values: laid out once in a linear memory, where the matrix kernels work on them, and all records beside it, since it ends at 4 GiB.
 * @module
 */
import { invariant } from '../../errors.ts';
import { declared, type Op } from '../../operations/table.ts';
import { sizeOf, type ValueId } from '../../operations/value.ts';
import type { Plan } from '../../plan/plan.ts';
import { productsOf } from '../../plan/quote/work.ts';
import type { ProductShape } from '../../protocol/product.ts';
import { RingMemory } from '../../ring/ring-memory.ts';

export class RealValues {
  readonly #plan: Plan;
  readonly #memory = RingMemory.create(0);
  readonly #scratch: number;
  readonly #rooms: ReadonlyMap<ValueId, Float64Array>;
  readonly #values = new Map<ValueId, Float64Array>();

  constructor(plan: Plan) {
    this.#plan = plan;
    const ops = plan.phases.flatMap((phase) => phase.ops.map(({ op }) => op));
    const { kernels } = this.#memory;
    const scratch = plan.phases
      .flatMap((phase) => productsOf(phase.ops, plan.values))
      .reduce((most, shape) => {
        const { form, m, k, n } = shape;
        return form === 'elementwise' ? most : Math.max(most, kernels.realMatmulScratchBytes(m, k, n));
      }, 0);
    this.#scratch = this.#memory.allocate(scratch);
    const places = [...placedValues(plan, ops)].map((id) => [id, this.#memory.allocate(8 * this.#size(id))] as const);
    // Views are made last: each allocation may have invalidated those before.
    const records = plan.state.flatMap(({ value, parts }) => (parts === undefined ? [] : [value]));
    this.#rooms = new Map([
      ...places.map(([id, at]) => [id, this.#memory.f64(at, this.#size(id))] as const),
      ...records.map((id) => [id, new Float64Array(this.#size(id))] as const),
    ]);
    for (const [id, room] of this.#rooms) this.#values.set(id, room);
  }

  #size(id: ValueId): number {
    return sizeOf(this.#plan.values[id]);
  }

  of(id: ValueId): Float64Array {
    const value = this.#values.get(id);
    invariant(value !== undefined, `value ${id} is known`);
    return value;
  }

  /** Where an operation writes its result. */
  room(id: ValueId): Float64Array {
    const room = this.#rooms.get(id);
    invariant(room !== undefined, `value ${id} has room`);
    return room;
  }

  /** Takes a value over: into its room, where it has one. */
  set(id: ValueId, value: Float64Array): void {
    const room = this.#rooms.get(id);
    invariant(value.length === this.#size(id), `value ${id} has its planned size`);
    if (room === undefined) this.#values.set(id, value);
    else if (room !== value) room.set(value);
  }

  /** The product of two matrices, into its room. */
  multiply(
    { form, m, k, n }: ProductShape,
    op: { readonly x: ValueId; readonly y: ValueId; readonly out: ValueId },
  ): void {
    invariant(form !== 'elementwise', 'a product of matrices');
    const { kernels } = this.#memory;
    const multiply = { matmul: 'realMatmul', matmulTN: 'realMatmulTN', matmulNT: 'realMatmulNT' } as const;
    const [out, x, y] = [op.out, op.x, op.y].map((id) => this.#address(id));
    kernels[multiply[form]](out, x, y, m, k, n, this.#scratch);
  }

  #address(id: ValueId): number {
    const value = this.of(id);
    invariant(value.buffer === this.#memory.f64(0, 0).buffer, `value ${id} lies in linear memory`);
    return value.byteOffset;
  }
}

/** All that is computed, and the state but for records, of which rows are copied before anything is computed of them. */
function placedValues(plan: Plan, ops: readonly Op[]): Set<ValueId> {
  const computed = ops.flatMap((op) => {
    return 'out' in op && declared(op).hasClearRoom !== false ? [op.out] : [];
  });
  return new Set([...plan.state.flatMap(({ value, parts }) => (parts === undefined ? [value] : [])), ...computed]);
}
