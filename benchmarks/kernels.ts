/**
 * The ring kernels on one core, and large matrix products on several.
 * @module
 */
import { randomFillSync } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Stream } from '../src/prg/stream.ts';
import { NoiseSource, noiseStreams } from '../src/privacy/noise/discrete-gaussian.ts';
import { noiseBytes } from '../src/privacy/noise/noise-room.ts';
import { RingMemory } from '../src/ring/ring-memory.ts';
import { type BenchmarkResult, median } from './benchmark.ts';

const QUESTION =
  'How many billion elements a second do the ring kernels process on one core? (Floor: 4 for multiply-adds of 128×784×128.)';
const REPETITIONS = 25;
const REPETITION_NANOSECONDS = 2e7;
const ELEMENTS = 65_536;

type ProductForm = 'matmul' | 'matmulTN' | 'matmulNT';

interface Subject {
  readonly kernel: string;
  readonly size: string;
  readonly unit: string;
  /** Units that one call processes. */
  readonly units: number;
  readonly call: () => void;
}

export async function run(): Promise<BenchmarkResult> {
  return {
    question: QUESTION,
    rows: [...products(), ...threadedProducts(), ...elementwise(), ...masks()].map(measure),
  };
}

function measure({ kernel, size, unit, units, call }: Subject) {
  const timeOf = (calls: number): number => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) call();
    return Number(process.hrtime.bigint() - start);
  };
  // Doubles until a repetition is long enough, which also lets the engine finish compiling.
  let calls = 1;
  while (timeOf(calls) < REPETITION_NANOSECONDS) calls *= 2;
  const times = Array.from({ length: REPETITIONS }, () => timeOf(calls) / calls);
  const middle = median(times);
  return {
    kernel,
    size,
    unit,
    'median µs': rounded(middle / 1000),
    'median G/s': rounded(units / middle),
    'best G/s': rounded(units / Math.min(...times)),
  };
}

function rounded(x: number): number {
  return Number(x.toPrecision(3));
}

function productOf(memory: RingMemory, name: ProductForm, m: number, k: number, n: number): Subject {
  const { kernels } = memory;
  const [a, b] = [random(memory, m * k), random(memory, k * n)];
  const out = memory.allocate(8 * m * n);
  const scratch = memory.allocate(kernels.matmulScratchBytes(m, k, n));
  const product = kernels[name];
  const call = () => product(out, a, b, m, k, n, 0, scratch);
  return { kernel: name, size: `${m}×${k}×${n}`, unit: 'multiply-adds', units: m * k * n, call };
}

/** Products of layers of 128 and 512 units, on ever more threads. */
function threadedProducts(): Subject[] {
  const counts = [1, 2, 4, 8, 16, 32].filter((threads) => threads <= availableParallelism());
  return [128, 512].flatMap((units) =>
    counts.map((threads) => {
      const subject = productOf(RingMemory.create(0, threads), 'matmul', units, 784, units);
      return { ...subject, kernel: `matmul, threads: ${threads}` };
    }),
  );
}

function products(): Subject[] {
  const memory = RingMemory.create(1 << 23);
  const sized = (name: ProductForm, m: number, k: number, n: number) => productOf(memory, name, m, k, n);
  const { kernels } = memory;
  const real = (name: `real${Capitalize<ProductForm>}`, m: number, k: number, n: number): Subject => {
    const [a, b] = [reals(memory, m * k), reals(memory, k * n)];
    const out = memory.allocate(8 * m * n);
    const scratch = memory.allocate(kernels.realMatmulScratchBytes(m, k, n));
    const product = kernels[name];
    const call = () => product(out, a, b, m, k, n, scratch);
    return { kernel: name, size: `${m}×${k}×${n}`, unit: 'multiply-adds', units: m * k * n, call };
  };
  return [
    plainProduct(128, 784, 128),
    sized('matmul', 128, 784, 128),
    sized('matmulTN', 128, 784, 128),
    sized('matmulNT', 128, 784, 128),
    sized('matmul', 128, 128, 10),
    sized('matmul', 128, 10, 1),
    sized('matmulTN', 10, 128, 1),
    real('realMatmul', 128, 784, 128),
    real('realMatmulTN', 784, 128, 128),
    real('realMatmulNT', 128, 128, 128),
    real('realMatmul', 128, 128, 10),
  ];
}

/** The yardstick: the same product in JavaScript alone. */
function plainProduct(m: number, k: number, n: number): Subject {
  const [a, b, out] = [m * k, k * n, m * n].map((length) => randomFillSync(new BigUint64Array(length)));
  const call = () => {
    out.fill(0n);
    for (let i = 0; i < m; i++) {
      for (let l = 0; l < k; l++) {
        const factor = a[i * k + l];
        for (let j = 0; j < n; j++) {
          out[i * n + j] = BigInt.asUintN(64, out[i * n + j] + factor * b[l * n + j]);
        }
      }
    }
  };
  return { kernel: 'plain JavaScript', size: `${m}×${k}×${n}`, unit: 'multiply-adds', units: m * k * n, call };
}

function elementwise(): Subject[] {
  const n = ELEMENTS;
  const memory = RingMemory.create(32 * n + noiseBytes(1));
  const { kernels } = memory;
  const [a, b] = [random(memory, n), random(memory, n)];
  const out = memory.allocate(8 * n);
  const numbers = reals(memory, n);
  const packed = memory.allocate(8 * n);
  const noise = new NoiseSource(memory, noiseStreams(), [2 ** 20]);
  const calls: Record<string, () => void> = {
    add: () => kernels.add(out, a, b, n),
    mul: () => kernels.mul(out, a, b, n),
    encode: () => kernels.encode(out, numbers, 16, n),
    decode: () => kernels.decode(out, a, 16, n),
    'packFields, 42 bits': () => kernels.packFields(packed, a, 42, n),
    'unpackFields, 42 bits': () => kernels.unpackFields(out, packed, 42, n),
    'discrete Gaussian noise': () => noise.add(out, n, 2 ** 20),
  };
  return Object.entries(calls).map(([kernel, call]) => ({ kernel, size: String(n), unit: 'elements', units: n, call }));
}

/** ChaCha20 into linear memory: a row of 784 numbers, a piece, a step's megabytes; by the kernel, and as nodes do it. */
function masks(): Subject[] {
  const memory = RingMemory.create(0);
  const key = new Uint8Array(32);
  const stream = new Stream(key);
  return [6272, 65_536, 4_194_304].flatMap((bytes) => {
    const room = memory.allocate(bytes);
    const calls: Record<string, () => void> = {
      'ChaCha20, kernel alone': () => memory.expand(room, key, 0n, bytes),
      'ChaCha20, Stream.fill': () => stream.fill(memory, room, 0, bytes),
    };
    return Object.entries(calls).map(([kernel, call]) => ({
      kernel,
      size: String(bytes),
      unit: 'bytes',
      units: bytes,
      call,
    }));
  });
}

function random(memory: RingMemory, length: number): number {
  const address = memory.allocate(8 * length);
  randomFillSync(memory.u64(address, length));
  return address;
}

function reals(memory: RingMemory, length: number): number {
  const address = memory.allocate(8 * length);
  memory.f64(address, length).forEach((_, i, view) => {
    view[i] = (i - length / 2) / 3;
  });
  return address;
}
