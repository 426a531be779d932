/**
 * What compiled operations share at one node: the memory, the public state of the current step, and the tables.
 * @module
 */
import type { Factor } from '../operations/value.ts';
import { deviationsOf } from '../plan/noise-deviations.ts';
import { productsOf } from '../plan/quote/work.ts';
import { NoiseSource, noiseStreams } from '../privacy/noise/discrete-gaussian.ts';
import { COSINE_TABLE_BYTES, cosineTable } from '../protocol/fourier.ts';
import { operandSizes, type ProductShape } from '../protocol/product.ts';
import { spreadsOf } from '../protocol/spread.ts';
import type { DealtTensor, Machine } from '../protocol/tensors.ts';
import { planeWords } from '../ring/bit-kernels.ts';
import { RingMemory } from '../ring/ring-memory.ts';
import type { Node } from './node.ts';
import type { StepState } from './training-order.ts';

export class Workspace {
  readonly memory: RingMemory;
  readonly machine: Machine;
  readonly step: StepState = { learningRate: 0, alarmPart: 0 };
  /** Address of the cosine table. */
  readonly table: number;
  /** This node's own noise, known to nobody else. */
  readonly noise: NoiseSource;

  constructor({ self, plan, threads, noiseSeed }: Node) {
    this.memory = RingMemory.create(0, threads);
    const { kernels } = this.memory;
    const { evaluators } = plan.roles;
    const index = evaluators.indexOf(self);
    const products = plan.phases.flatMap(({ ops }) => productsOf(ops, plan.values));
    const most = (sizeOf: (shape: ProductShape) => number, least: number) =>
      products.reduce((size, shape) => Math.max(size, sizeOf(shape)), least);
    const scratch = this.memory.allocate(most(({ m, k, n }) => kernels.matmulScratchBytes(m, k, n), 512));
    const [x, y] = [0, 1].map((side) => (index < 0 ? 0 : this.words(most((shape) => operandSizes(shape)[side], 0))));
    this.machine = {
      kernels,
      multiply: (product) => this.memory.multiply(product, scratch),
      evaluators: evaluators.length,
      index,
      first: index === 0,
      scratch,
      operands: [x, y],
    };
    this.table = this.memory.allocate(COSINE_TABLE_BYTES);
    this.memory.u8(this.table, COSINE_TABLE_BYTES).set(cosineTable());
    this.noise = new NoiseSource(this.memory, noiseStreams(noiseSeed), deviationsOf(plan));
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

  /** As many tensors as a dealer keeps of a mask's shares. */
  spread(room: () => DealtTensor): readonly DealtTensor[] {
    return Array.from({ length: spreadsOf(this.machine.evaluators) }, room);
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
