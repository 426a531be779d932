import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProductMode } from '../../src/ring/kernels.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { anyElement, elements, modRing, place, read } from './tensors.ts';

const memory = RingMemory.create(1 << 20);
const { kernels } = memory;
const GUARD = 0x5a5a_5a5a_5a5a_5a5an;

interface Problem {
  readonly size: readonly [m: number, k: number, n: number];
  /** m × k, row by row */
  readonly a: readonly bigint[];
  /** k × n, row by row */
  readonly b: readonly bigint[];
  /** m × n: what `out` holds before */
  readonly before: readonly bigint[];
  readonly mode: ProductMode;
}

const transposed = (a: readonly bigint[], rows: number, cols: number): bigint[] =>
  a.map((_, i) => a[(i % rows) * cols + Math.floor(i / rows)]);

const VARIANTS = [
  { name: 'matmul', product: kernels.matmul, storedA: ({ a }: Problem) => a, storedB: ({ b }: Problem) => b },
  {
    name: 'matmulTN',
    product: kernels.matmulTN,
    storedA: ({ a, size: [m, k] }: Problem) => transposed(a, m, k),
    storedB: ({ b }: Problem) => b,
  },
  {
    name: 'matmulNT',
    product: kernels.matmulNT,
    storedA: ({ a }: Problem) => a,
    storedB: ({ b, size: [, k, n] }: Problem) => transposed(b, k, n),
  },
] as const;

function expectedProduct({ size: [m, k, n], a, b, before, mode }: Problem): bigint[] {
  return Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    let sum = 0n;
    for (let l = 0; l < k; l++) sum += a[row * k + l] * b[l * n + column];
    return modRing(mode === 0 ? sum : mode === 1 ? before[i] + sum : before[i] - sum);
  });
}

/** Runs one variant and checks that neither `out` nor the scratch memory is exceeded. */
function outcome({ product, storedA, storedB }: (typeof VARIANTS)[number], problem: Problem): bigint[] {
  const [m, k, n] = problem.size;
  const scratchWords = kernels.matmulScratchBytes(m, k, n) / 8;
  const out = place(memory, [...problem.before, GUARD]);
  const scratch = place(memory, [...new Array(scratchWords).fill(1n), GUARD]);
  product(out, place(memory, storedA(problem)), place(memory, storedB(problem)), m, k, n, problem.mode, scratch);
  const written = read(memory, out, m * n + 1);
  expect(written.pop()).toBe(GUARD);
  expect(memory.u64(scratch, scratchWords + 1)[scratchWords]).toBe(GUARD);
  return written;
}

const problemOf = ([m, k, n]: readonly [number, number, number]): fc.Arbitrary<Problem> =>
  fc.record({
    size: fc.constant([m, k, n] as const),
    a: elements(m * k),
    b: elements(k * n),
    before: elements(m * n),
    mode: fc.constantFrom<ProductMode[]>(0, 1, 2),
  });

const dimension = fc.integer({ min: 0, max: 20 });

describe.each(VARIANTS)('$name', (variant) => {
  it('agrees with integers modulo 2^64 for small sizes, also odd ones and none', () => {
    fc.assert(
      fc.property(fc.tuple(dimension, dimension, dimension).chain(problemOf), (problem) => {
        expect(outcome(variant, problem)).toEqual(expectedProduct(problem));
      }),
      { numRuns: 200 },
    );
  });

  it.each([0, 1, 2] as const)('multiplies matrices with vectors on either side, mode %i', (mode) => {
    const vectorSizes = fc.oneof(
      dimension.map((m) => [m, 10, 1] as const),
      dimension.map((k) => [17, k, 1] as const),
      dimension.map((n) => [1, 7, n] as const),
    );
    fc.assert(
      fc.property(vectorSizes.chain(problemOf), (problem) => {
        expect(outcome(variant, { ...problem, mode })).toEqual(expectedProduct({ ...problem, mode }));
      }),
    );
  });

  it.each([
    [130, 259, 6],
    [5, 513, 261],
    [131, 30, 130],
  ] as const)('crosses its block sizes: %i × %i × %i', (m, k, n) => {
    const sample = (length: number, seed: number) => fc.sample(anyElement, { numRuns: length, seed });
    const [a, b, before] = [sample(m * k, 1), sample(k * n, 2), sample(m * n, 3)];
    for (const mode of [0, 1, 2] as const) {
      const problem = { size: [m, k, n] as const, a, b, before, mode };
      expect(outcome(variant, problem)).toEqual(expectedProduct(problem));
    }
  });
});
