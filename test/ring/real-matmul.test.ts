import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RingMemory } from '../../src/ring/ring-memory.ts';

const memory = RingMemory.create(1 << 20);
const { kernels } = memory;
const GUARD = 0.123;

interface Problem {
  readonly size: readonly [m: number, k: number, n: number];
  /** m × k, row by row */
  readonly a: readonly number[];
  /** k × n, row by row */
  readonly b: readonly number[];
}

const transposed = (a: readonly number[], rows: number, cols: number): number[] =>
  a.map((_, i) => a[(i % rows) * cols + Math.floor(i / rows)]);

const VARIANTS = [
  { name: 'realMatmul', storedA: ({ a }: Problem) => a, storedB: ({ b }: Problem) => b },
  {
    name: 'realMatmulTN',
    storedA: ({ a, size: [m, k] }: Problem) => transposed(a, m, k),
    storedB: ({ b }: Problem) => b,
  },
  {
    name: 'realMatmulNT',
    storedA: ({ a }: Problem) => a,
    storedB: ({ b, size: [, k, n] }: Problem) => transposed(b, k, n),
  },
] as const;

/** Each entry of the product, and the sum of the absolute values of its terms. */
function expectedProduct({ size: [m, k, n], a, b }: Problem): { entries: number[]; magnitudes: number[] } {
  const terms = (i: number) => Array.from({ length: k }, (_, l) => a[Math.floor(i / n) * k + l] * b[l * n + (i % n)]);
  const each = Array.from({ length: m * n }, (_, i) => terms(i));
  return {
    entries: each.map((row) => row.reduce((sum, term) => sum + term, 0)),
    magnitudes: each.map((row) => row.reduce((sum, term) => sum + Math.abs(term), 0)),
  };
}

function place(values: readonly number[]): number {
  const address = memory.allocate(8 * values.length);
  memory.f64(address, values.length).set(values);
  return address;
}

/** Runs one variant and checks that neither `out` nor the scratch memory is exceeded. */
function outcome({ name, storedA, storedB }: (typeof VARIANTS)[number], problem: Problem): number[] {
  const [m, k, n] = problem.size;
  const scratchNumbers = kernels.realMatmulScratchBytes(m, k, n) / 8;
  const out = place([...new Array(m * n).fill(Number.NaN), GUARD]);
  const scratch = place([...new Array(scratchNumbers).fill(Number.NaN), GUARD]);
  kernels[name](out, place(storedA(problem)), place(storedB(problem)), m, k, n, scratch);
  const written = [...memory.f64(out, m * n + 1)];
  expect(written.pop()).toBe(GUARD);
  expect(memory.f64(scratch, scratchNumbers + 1)[scratchNumbers]).toBe(GUARD);
  return written;
}

const problemOf =
  (entry: fc.Arbitrary<number>) =>
  ([m, k, n]: readonly [number, number, number]): fc.Arbitrary<Problem> => {
    const entries = (count: number) => fc.array(entry, { minLength: count, maxLength: count });
    return fc.record({ size: fc.constant([m, k, n] as const), a: entries(m * k), b: entries(k * n) });
  };

const dimension = fc.integer({ min: 0, max: 20 });
const size = fc.oneof(fc.tuple(dimension, dimension, dimension), fc.constant([1, 1, 1] as [number, number, number]));
const integer = fc.integer({ min: -(2 ** 20), max: 2 ** 20 });
const real = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe.each(VARIANTS)('$name', (variant) => {
  it('is exact for integers, of any small size, also odd ones, one element and none', () => {
    fc.assert(
      fc.property(size.chain(problemOf(integer)), (problem) => {
        expect(outcome(variant, problem).map((x) => x + 0)).toEqual(expectedProduct(problem).entries.map((x) => x + 0));
      }),
      { numRuns: 200 },
    );
  });

  // Either order of k additions is off by at most k·2^-53 of the sum of the absolute terms: with k ≤ 513 far below 1e-12.
  const expectClose = (problem: Problem) => {
    const { entries, magnitudes } = expectedProduct(problem);
    const off = outcome(variant, problem).map((x, i) => Math.abs(x - entries[i]) - 1e-12 * magnitudes[i]);
    expect(off).toHaveLength(entries.length);
    expect(Math.max(0, ...off)).toBe(0);
  };

  it('is as close to real numbers as float64 is', () => {
    fc.assert(fc.property(size.chain(problemOf(real)), expectClose));
  });

  it.each([
    [130, 259, 6],
    [5, 513, 261],
    [131, 30, 130],
    [17, 300, 1],
    [1, 300, 17],
  ] as const)('crosses its block sizes: %i × %i × %i', (m, k, n) => {
    const sample = (numRuns: number, seed: number) => fc.sample(real, { numRuns, seed });
    expectClose({ size: [m, k, n], a: sample(m * k, 1), b: sample(k * n, 2) });
  });
});
