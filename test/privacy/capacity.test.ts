/** The room in a batch, against sums over all outcomes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { binomialProbabilities, binomialTail } from '../../src/privacy/accounting/binomial.ts';
import { capacityOf, overflowOf } from '../../src/privacy/accounting/capacity.ts';

const tail = (n: number, rate: number, least: number) =>
  binomialProbabilities(n, rate)
    .slice(Math.max(0, least))
    .reduce((sum, value) => sum + value, 0);

it('tails are sums of probabilities', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.double({ min: 1e-4, max: 0.999, noNaN: true }), fc.nat(310), (n, rate, least) => {
      const expected = tail(n, rate, least);
      // A few hundred terms whose logarithms are off by some 2^-45.
      expect(Math.abs(binomialTail(n, rate, least) - expected)).toBeLessThanOrEqual(2 ** -40 * expected + 2 ** -46);
    }),
  );
});

it('probabilities of many successes are as right as those of few', () => {
  for (const [n, rate] of [
    [2500, 0.5],
    [5000, 0.3],
    [9000, 0.85],
  ] as const) {
    const all = binomialProbabilities(n, rate);
    expect(Math.abs(all.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(2 ** -36);
    // Where one formula takes over from the other, and everywhere else.
    for (let k = 0; k < n; k++) {
      if (all[k] < 1e-250) continue;
      const ratio = ((n - k) / (k + 1)) * (rate / (1 - rate));
      expect(Math.abs(all[k + 1] / all[k] / ratio - 1)).toBeLessThan(2 ** -34);
    }
  }
});

it('a capacity is the smallest that overflows once in a million', () => {
  for (const [rows, rate] of [
    [148, 0.1],
    [1, 0.5],
    [20_000, 256 / 60_000],
    [500, 1],
    [1e9, 0.3],
  ]) {
    const capacity = capacityOf(rows, rate);
    expect(overflowOf(rows, rate, capacity)).toBeLessThanOrEqual(1e-6);
    if (capacity > 0) expect(overflowOf(rows, rate, capacity - 1)).toBeGreaterThan(1e-6);
    expect(capacity).toBeLessThanOrEqual(rows);
  }
});

it('several records displace others when the rest leaves no room for all of them', () => {
  expect(overflowOf(100, 0.2, 30, 3)).toBeCloseTo(tail(97, 0.2, 28), 12);
  expect(overflowOf(100, 0.2, 30)).toBeCloseTo(tail(99, 0.2, 30), 12);
  expect(overflowOf(2, 0.2, 2, 5)).toBe(0);
});
