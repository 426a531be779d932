import { execFileSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProductMode } from '../../src/ring/kernels.ts';
import { partition } from '../../src/ring/parallel-products.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { FORMS, MOST_PARTS } from '../../src/ring/shared-product.ts';

/** The smallest product that is shared. */
const SHARED = 2 ** 20;
const GUARD = 0x5a5a_5a5a_5a5a_5a5an;

function pseudoRandom(bytes: number, seed: number): Uint8Array {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** A memory with room for the operands of products that is used again and again, since memory is never given back. */
class Bench {
  readonly memory: RingMemory;
  readonly #a: number;
  readonly #b: number;
  readonly #out: number;
  readonly #scratch: number;

  constructor(threads: number, skipped = 0) {
    this.memory = RingMemory.create(0, threads);
    this.memory.allocate(skipped);
    [this.#a, this.#b, this.#out] = [0, 1, 2].map(() => this.memory.allocate(2 ** 23));
    this.#scratch = this.memory.allocate(2 ** 20);
  }

  /** `out` and the word behind it, after the product of pseudo-random matrices was put onto pseudo-random numbers. */
  product(form: (typeof FORMS)[number], [m, k, n]: readonly number[], mode: ProductMode, seed = 1): BigUint64Array {
    const { memory } = this;
    memory.u8(this.#a, 8 * m * k).set(pseudoRandom(8 * m * k, seed));
    memory.u8(this.#b, 8 * k * n).set(pseudoRandom(8 * k * n, seed + 1));
    memory.u8(this.#out, 8 * m * n).set(pseudoRandom(8 * m * n, seed + 2));
    memory.u64(this.#out, m * n + 1)[m * n] = GUARD;
    memory.kernels[form](this.#out, this.#a, this.#b, m, k, n, mode, this.#scratch);
    return memory.u64(this.#out, m * n + 1).slice();
  }
}

/** The workers that start while `action` runs. */
async function workersOf(action: () => void): Promise<readonly Worker[]> {
  const workers: Worker[] = [];
  const note = (worker: Worker) => workers.push(worker);
  process.on('worker', note);
  action();
  await new Promise(setImmediate);
  process.off('worker', note);
  return workers;
}

const online = (worker: Worker) => new Promise((resolve) => worker.once('online', resolve));
const ended = (worker: Worker) => new Promise((resolve) => worker.once('exit', resolve));

const serial = new Bench(1);
const benches: Bench[] = [];
afterAll(() => Promise.all(benches.map(({ memory }) => memory.close())));

/** Sizes worth sharing, with sides of any remainder. */
const sizes = fc
  .tuple(fc.integer({ min: 2, max: 150 }), fc.integer({ min: 2, max: 150 }), fc.integer({ min: 0, max: 30 }))
  .map(([m, n, more]) => [m, Math.ceil(SHARED / (m * n)) + more, n]);
const modes = fc.constantFrom<ProductMode[]>(0, 1, 2);

describe.each([1, 2, 3])('products with %i workers', (workerCount) => {
  it('equal those of the caller alone', async () => {
    const bench = new Bench(workerCount + 1);
    benches.push(bench);
    const workers = await workersOf(() => bench.product('matmul', [128, 64, 128], 0));
    expect(workers.length).toBe(workerCount);
    await Promise.all(workers.map(online));
    fc.assert(
      fc.property(fc.constantFrom(...FORMS), sizes, modes, fc.nat(250), (form, size, mode, seed) => {
        expect(bench.product(form, size, mode, seed)).toEqual(serial.product(form, size, mode, seed));
      }),
      { numRuns: 60 },
    );
  });
});

describe('products on several threads', () => {
  it('leave to the caller what is small or has a vector', async () => {
    const bench = new Bench(3);
    benches.push(bench);
    const sizes = [
      [64, 64, 64],
      [1, 1024, 1024],
      [1024, 1024, 1],
      [0, 1024, 1024],
      [64, 0, 64],
    ];
    const workers = await workersOf(() => {
      for (const form of FORMS) {
        for (const size of sizes) expect(bench.product(form, size, 1)).toEqual(serial.product(form, size, 1));
      }
    });
    expect(workers).toEqual([]);
  });

  it('work in memory that has grown since the workers started, above 2 GiB', async () => {
    const bench = new Bench(2, 2 ** 31);
    benches.push(bench);
    const [worker] = await workersOf(() => bench.product('matmul', [128, 64, 128], 0));
    await online(worker);
    const { memory } = bench;
    const size = [130, 70, 127] as const;
    const [m, k, n] = size;
    const before = memory.u64(64, 1).buffer.byteLength;
    const [a, b, out, scratch] = [m * k, k * n, m * n, 2 ** 17].map((words) => memory.allocate(2 ** 24 + 8 * words));
    expect(memory.u64(64, 1).buffer.byteLength).toBeGreaterThan(before);
    memory.u8(a, 8 * m * k).set(pseudoRandom(8 * m * k, 1));
    memory.u8(b, 8 * k * n).set(pseudoRandom(8 * k * n, 2));
    for (let repetition = 0; repetition < 20; repetition++) {
      memory.kernels.matmul(out, a, b, m, k, n, 0, scratch);
      const expected = serial.product('matmul', size, 0).subarray(0, m * n);
      expect(memory.u64(out, m * n)).toEqual(expected);
    }
  });

  it('fail once a worker has ended', async () => {
    const bench = new Bench(3);
    benches.push(bench);
    const product = () => bench.product('matmul', [128, 64, 128], 0);
    const [worker] = await workersOf(product);
    const exit = ended(worker);
    await worker.terminate();
    await exit;
    expect(product).toThrow(
      expect.objectContaining({ code: 'TREFOIL_INTERNAL', message: expect.stringContaining('ended before the run') }),
    );
  });

  it('do not keep a process alive, and end with their memory', async () => {
    const file = pathToFileURL('dist/src/ring/ring-memory.js').href;
    const program = `const { RingMemory } = await import('${file}');
      const { kernels } = RingMemory.create(2 ** 24, 3);
      kernels.matmul(2 ** 23, 2 ** 22, 2 ** 22, 128, 128, 128, 0, 2 ** 23 + 2 ** 22);
      setTimeout(() => console.log('done'), 300);`;
    const args = ['--input-type=module', '--eval', program];
    expect(execFileSync(process.execPath, args, { timeout: 20_000, encoding: 'utf8' })).toBe('done\n');

    const bench = new Bench(3);
    const workers = await workersOf(() => bench.product('matmul', [128, 64, 128], 0));
    const exits = workers.map(ended);
    await bench.memory.close();
    expect(await Promise.all(exits)).toHaveLength(2);
  });
});

describe('partition', () => {
  const side = fc.oneof(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2, max: 100_000 }));

  it('covers the result with whole panels, in parts that the ticket can count', () => {
    fc.assert(
      fc.property(side, side, side, fc.integer({ min: 2, max: 64 }), (m, k, n, threads) => {
        const { rows, columns, parts } = partition(m, k, n, threads);
        expect([rows % 4, columns % 4]).toEqual([0, 0]);
        expect(parts).toBe(Math.ceil(m / rows) * Math.ceil(n / columns));
        expect(parts).toBeGreaterThanOrEqual(1);
        expect(parts).toBeLessThanOrEqual(MOST_PARTS);
      }),
    );
  });

  it('gives every thread work, and no thread much at a time', () => {
    expect(partition(128, 784, 128, 2)).toEqual({ rows: 64, columns: 64, parts: 4 });
    expect(partition(10_000, 128, 10, 4).parts).toBe(8);
    const { rows, columns } = partition(10_000, 784, 512, 4);
    expect(rows * columns * 784).toBeLessThan(2 ** 25 * 1.1);
  });
});
