/** The threads with a caller that a test can slow down or let do harm between its parts. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { ProductThreads } from '../../src/ring/product-threads.ts';
import { MOST_PARTS, type ProductPart } from '../../src/ring/shared-product.ts';

const CONTROL = 4096;
const [SCRATCH, WORKER_SCRATCH] = [2 ** 20, 2 ** 21];
const [A, B, OUT] = [2 ** 22, 2 ** 23, 2 ** 24];

const kernelModule = () =>
  new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('trefoil-mpc/kernels-shared.wasm')));

function threadsWith(before: (partsLeft: () => number, workers: readonly Worker[]) => void) {
  const module = kernelModule();
  const memory = new WebAssembly.Memory({ initial: 512, maximum: 65_536, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { matmulPart } = exports as unknown as { matmulPart: ProductPart };
  const workers: Worker[] = [];
  const note = (worker: Worker) => workers.push(worker);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const ticket = new Int32Array(memory.buffer, CONTROL, 1);
  const slowed: ProductPart = (...part) => {
    before(() => Atomics.load(ticket, 0) & MOST_PARTS, workers);
    matmulPart(...part);
  };
  const threads = new ProductThreads(module, memory, slowed, CONTROL, [WORKER_SCRATCH]);
  const multiply = (m: number, k: number, n: number, rows: number) => {
    const partition = { rows, columns: n, parts: Math.ceil(m / rows) };
    threads.multiply({ form: 'matmul', out: OUT, a: A, b: B, m, k, n, mode: 0 }, partition, SCRATCH);
  };
  return { threads, multiply, memory };
}

const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);

it('lays no static data when a thread starts, since a kernel may run on the same memory', () => {
  const memory = new WebAssembly.Memory({ initial: 512, maximum: 65_536, shared: true });
  const bytes = new Uint8Array(memory.buffer).fill(0xa5);
  new WebAssembly.Instance(kernelModule(), { env: { memory } });
  expect(bytes.every((byte) => byte === 0xa5)).toBe(true);
});

it('leaves the other parts to the workers while the caller is busy with its first', async () => {
  let calls = 0;
  const { threads, multiply, memory } = threadsWith((partsLeft) => {
    calls++;
    while (partsLeft() > 0) pause();
  });
  const [m, k, n] = [64, 16, 8];
  new BigUint64Array(memory.buffer, A, m * k).fill(3n);
  new BigUint64Array(memory.buffer, B, k * n).fill(5n);
  multiply(m, k, n, 4);
  expect(calls).toBe(1);
  expect(new BigUint64Array(memory.buffer, OUT, m * n).every((x) => x === 15n * BigInt(k))).toBe(true);
  await threads.close();
});

it('reports within seconds that a worker was killed in the middle of its part', async () => {
  let killed: Promise<number> | undefined;
  let armed = false;
  const { threads, multiply } = threadsWith((partsLeft, workers) => {
    // The worker has claimed the other part, and needs some 100 ms for it.
    while (partsLeft() > 0) pause();
    if (armed) killed = workers.at(-1)?.terminate();
  });
  multiply(8, 8, 8, 4);
  await new Promise(setImmediate);
  armed = true;
  const start = performance.now();
  const failure = expect.objectContaining({
    code: 'TREFOIL_INTERNAL',
    message: expect.stringContaining('did not finish its part of a matrix product'),
  });
  expect(() => multiply(1400, 600, 600, 700)).toThrow(failure);
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(killed).toBeDefined();
  await killed;
  // It stays failed, and says so at once.
  expect(() => multiply(8, 8, 8, 4)).toThrow(failure);
  await threads.close();
});
