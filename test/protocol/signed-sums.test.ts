/**
 * How often a violation stays silent under T tests by sums under signs: 2^−T at most, whatever the values. On the arithmetic itself, thousands of times: the
 * kernel, fresh signs, and the interval that the plan watches.
 */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import { SUM_TESTS } from '../../src/plan/write/phase-builder.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { Program } from './harness.ts';

const LIMIT = 1024;
const TRIALS = 8_000;

/** The ends that the plan compares with, as integers, and what may be missed below the lower one. */
function silentInterval(): { readonly low: number; readonly high: number; readonly most: number } {
  const program = new Program('dealer');
  const thresholds: number[] = [];
  let unit = 0;
  program.builder.phase('watch', (phase) => {
    const x = program.real(phase, 'east', [0], { rows: 1, cols: 1 }, 12, 2 ** 20);
    phase.watchSums(phase.linear([{ value: x, factor: exactly(1) }], exactly(0), 12), LIMIT, 256, SUM_TESTS, 'x');
    for (const { op } of phase.ops.map((op) => ({ op }))) {
      if (op.op === 'lessThan') {
        thresholds.push(op.threshold * 2 ** -12);
        unit = 2 ** (op.window.low - 12);
      }
    }
  });
  const [low, high] = thresholds.toSorted((a, b) => a - b);
  return { low: low - unit, high, most: LIMIT };
}

/** How many of `trials` sets of signs leave all tests silent, with everything that may be missed missed. */
function silent(values: readonly number[], tests: number, trials: number): number {
  const { low, high } = silentInterval();
  const n = values.length;
  const memory = RingMemory.create(0);
  const sizes = [8 * n, 8 * tests * n + 64, 8 * tests, 128];
  const [a, signs, sums, scratch] = sizes.map((bytes) => memory.allocate(bytes));
  memory.u64(a, n).set(values.map((x) => BigInt.asUintN(64, BigInt(Math.round(x * 2 ** 12)))));
  let missed = 0;
  for (let trial = 0; trial < trials; trial++) {
    const bytes = Math.ceil((tests * n) / 8);
    memory.u8(signs, bytes).set(randomBytes(bytes));
    memory.kernels.randomSums(sums, a, signs, n, n, tests, scratch);
    if (memory.u64(sums, tests).every((sum) => isBetween(Number(BigInt.asIntN(64, sum)) * 2 ** -12, low, high)))
      missed++;
  }
  return missed;
}

const isBetween = (x: number, low: number, high: number) => x >= low && x < high;

const WORST: readonly (readonly [what: string, values: readonly number[]])[] = [
  ['a value at the limit beside nothing', [LIMIT, 0]],
  ['two that cancel', [LIMIT, LIMIT]],
  ['two that cancel, far beyond', [5 * LIMIT, -5 * LIMIT]],
  ['one whose sums end at the edge of the interval', [LIMIT, LIMIT - 5]],
  ['a hundred times the limit, and its half twice', [100 * LIMIT, 50 * LIMIT, 50 * LIMIT, 0]],
  ['many of one size', new Array<number>(64).fill(LIMIT)],
  ['powers of two', Array.from({ length: 8 }, (_, i) => LIMIT * 2 ** i)],
];

describe.each(WORST)('%s', (_, values) => {
  // The number of silent trials is at most binomial with p = 2^−8: mean 31, deviation 5.6. More than 6.5 deviations above: below 1e-9.
  it('eight tests miss at most one set of signs in 2^8', () => {
    const [mean, p] = [TRIALS * 2 ** -8, 2 ** -8];
    expect(silent(values, 8, TRIALS)).toBeLessThan(mean + 6.5 * Math.sqrt(mean * (1 - p)));
  });

  // Two or more of 2,000 at p = 2^−21: below (2,000·2^−21)²/2 = 5e-7 for each of seven.
  it('those of a step miss none', () => expect(silent(values, SUM_TESTS, TRIALS / 4)).toBeLessThan(2));
});

it('what stays silent is shorter than the distance of two sums that differ in the sign of a violation', () => {
  const { low, high, most } = silentInterval();
  expect(high - low).toBeLessThan(2 * most);
  expect(2 ** -SUM_TESTS).toBeLessThan(2 ** -20);
});
