/** Products in all four forms equal those of plain integers modulo 2^64, and openings give back what was shared or masked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProductForm } from '../../src/protocol/product.ts';
import { EXTREMES, PARTIES, Program, run, SIZES, TRUST } from './harness.ts';

const FORMS: readonly ProductForm[] = ['matmul', 'matmulTN', 'matmulNT'];

/** op(x) is m × k, op(y) is k × n; x and y as they are stored. */
function plainProduct(form: ProductForm, x: readonly bigint[], y: readonly bigint[], m: number, k: number, n: number) {
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0n;
    for (let l = 0; l < k; l++) {
      sum += x[form === 'matmulTN' ? l * m + i : i * k + l] * y[form === 'matmulNT' ? j * k + l : l * n + j];
    }
    return sum;
  });
}

/** Factors of which twice the sum of k products stays below 2^62. */
const factors = (count: number) =>
  fc.array(fc.oneof(fc.constantFrom(0n, 1n, -1n, 2n ** 28n, -(2n ** 28n)), fc.bigInt(-(2n ** 28n), 2n ** 28n)), {
    minLength: count,
    maxLength: count,
  });

describe.each(TRUST)('in %s', (trust) => {
  const unit = new Program(trust).productUnit;

  it.each(FORMS)('%s', (form) =>
    fc.assert(
      fc.asyncProperty(
        fc
          .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }))
          .chain(([m, k, n]) => fc.tuple(fc.constant({ m, k, n }), factors(m * k), factors(k * n))),
        fc.constantFrom(...PARTIES),
        fc.constantFrom(...PARTIES),
        async ([{ m, k, n }, x, y], first, second) => {
          const revealed = await run(trust, (phase, program) => {
            const a = program.integers(
              phase,
              first,
              x,
              form === 'matmulTN' ? { rows: k, cols: m } : { rows: m, cols: k },
            );
            const b = program.integers(
              phase,
              second,
              y,
              form === 'matmulNT' ? { rows: n, cols: k } : { rows: k, cols: n },
            );
            const product = phase.product(form, a, b);
            return { product, opened: phase.open(product) };
          });
          const expected = plainProduct(form, x, y, m, k, n).map((z) => unit * z);
          expect(revealed).toEqual({ product: expected, opened: expected });
        },
      ),
      { numRuns: 8 },
    ),
  );

  it('elementwise, in every size around a lane, at the extremes, and of a value with itself', async () => {
    const vectors = SIZES.map((size) => Array.from({ length: size }, (_, i) => (BigInt(i) - 60n) << 24n));
    const revealed = await run(trust, (phase, program) => {
      const extremes = program.integers(phase, 'north', EXTREMES);
      const factors = program.integers(
        phase,
        'north',
        EXTREMES.map((x) => x / unit),
      );
      const signs = program.integers(
        phase,
        'south',
        EXTREMES.map((_, i) => (i % 2 === 0 ? 1n : 0n)),
      );
      const squares = vectors.map((x, p) => {
        const value = program.integers(phase, PARTIES[p % 3], x);
        return [`${x.length}`, phase.product('elementwise', value, value)] as const;
      });
      return {
        extremes: phase.product('elementwise', factors, signs),
        opened: phase.open(phase.open(extremes)),
        ...Object.fromEntries(squares),
      };
    });
    expect(revealed.extremes).toEqual(EXTREMES.map((x, i) => (i % 2 === 0 ? unit * (x / unit) : 0n)));
    expect(revealed.opened).toEqual(EXTREMES);
    for (const x of vectors) expect(revealed[x.length]).toEqual(x.map((v) => unit * v * v));
  });

  it('of products: what was opened is a factor like any other', async () => {
    const x = [3n, -5n, 0n, 2n ** 19n];
    const revealed = await run(trust, (phase, program) => {
      const value = program.integers(phase, 'east', x);
      const square = phase.open(phase.product('elementwise', value, value));
      return { cube: phase.product('elementwise', square, value) };
    });
    expect(revealed.cube).toEqual(x.map((v) => unit ** 2n * v ** 3n));
  });
});
