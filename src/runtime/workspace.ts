/**
 * What compiled operations share at one node: the memory, the public state of the current step, and the tables.
 * @module
 */
import type { Factor, Plan } from '../plan/plan.ts';
import { COSINE_TABLE_BYTES, fillCosineTable } from '../protocol/fourier.ts';
import { productShape } from '../protocol/product.ts';
import type { Machine } from '../protocol/tensors.ts';
import { planeWords } from '../ring/bit-kernels.ts';
import { RingMemory } from '../ring/memory.ts';
import type { StepState } from './selection.ts';

export class Workspace {
  readonly memory: RingMemory;
  readonly machine: Machine;
  readonly step: StepState = { learningRate: 0, alarmPart: 0 };
  /** Address of the cosine table. */
  readonly table: number;

  constructor(plan: Plan, first: boolean) {
    this.memory = RingMemory.create(0);
    const { kernels } = this.memory;
    const scratch = plan.phases
      .flatMap(({ ops }) => ops)
      .reduce((most, { op }) => {
        if (op.op !== 'product' || op.form === 'elementwise') return most;
        const { m, k, n } = productShape(op.form, plan.values[op.x], plan.values[op.y]);
        return Math.max(most, kernels.matmulScratchBytes(m, k, n));
      }, 512);
    this.machine = { kernels, first, scratch: this.memory.allocate(scratch) };
    this.table = this.memory.allocate(COSINE_TABLE_BYTES);
    const table = new Int16Array(COSINE_TABLE_BYTES / 2);
    fillCosineTable(table);
    this.memory.u8(this.table, COSINE_TABLE_BYTES).set(new Uint8Array(table.buffer));
  }

  words(count: number): number {
    return this.memory.allocate(8 * count);
  }

  /** Column numbers, or other small public integers, as u32. */
  u32s(values: readonly number[]): number {
    const at = this.memory.allocate(4 * values.length);
    this.memory.u32(at, values.length).set(values);
    return at;
  }

  planes(count: number, n: number): number {
    return this.words(count * planeWords(n));
  }

  /** Gives the ring integer of a factor in the current step; constants once and for all. */
  factor({ constant, ratePower, bits }: Factor): () => bigint {
    const at = (rate: number) => BigInt(Math.round(constant * rate ** ratePower * 2 ** bits));
    if (ratePower === 0) {
      const value = at(1);
      return () => value;
    }
    let rate = Number.NaN;
    let value = 0n;
    return () => {
      if (this.step.learningRate !== rate) {
        rate = this.step.learningRate;
        value = at(rate);
      }
      return value;
    };
  }
}
