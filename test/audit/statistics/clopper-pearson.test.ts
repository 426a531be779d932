/** Exact intervals: against values computed with 40 digits (mpmath 1.3) and published ones, and their coverage in full. */
import { describe, expect, it } from 'vitest';
import { lowerBound, rateEstimate, upperBound } from '../../../src/audit/statistics/clopper-pearson.ts';
import { binomialUpperTail, incompleteBeta } from '../../../src/audit/statistics/incomplete-beta.ts';
import { binomialTail } from '../../../src/privacy/accounting/binomial.ts';

it.each([
  [0.5, 2, 3, 0.6875],
  [0.3, 0.5, 0.5, 0.36901011956554536],
  [0.01, 1, 99, 0.6302703623502732],
  [0.7, 10, 20, 0.9999828580828269],
  [0.5, 1000, 1000, 0.5],
  [0.2, 1e-3, 4, 0.9996810227866346],
  [0.999, 300, 2.5, 0.9879207096183912],
  [0.501, 100_000, 99_000, 0.08858770595319058],
  [0.00012, 5, 40_000, 0.5238373592030702],
  [0.01, 10_300, 989_701, 0.0013631150395316937],
])('I_%d(%d, %d)', (x, a, b, exact) => {
  expect(Math.abs(incompleteBeta(x, a, b) / exact - 1)).toBeLessThan(1e-9);
});

it('has the ends and the mirror image of the beta distribution', () => {
  expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  for (const x of [0.1, 0.45, 0.9]) expect(incompleteBeta(x, 3, 7) + incompleteBeta(1 - x, 7, 3)).toBeCloseTo(1, 14);
  expect(() => incompleteBeta(1.5, 2, 3)).toThrow('I_x(a, b)');
});

it('adds up to the binomial tails of the accountant', () => {
  for (let least = 0; least <= 41; least++) {
    const exact = binomialTail(40, 0.3, least);
    expect(Math.abs(binomialUpperTail(40, 0.3, least) - exact)).toBeLessThanOrEqual(1e-12 * exact);
  }
});

describe('intervals', () => {
  it.each([
    [0, 10, 0.95, 0, 0.308497107818761],
    // NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.1: 0.071354 and 0.401029.
    [4, 20, 0.9, 0.0713538843086182, 0.401028117331975],
    [5, 10, 0.95, 0.187086028447399, 0.812913971552601],
    [1, 100, 0.95, 0.000253146032977421, 0.0544593853920807],
    [81, 263, 0.95, 0.252736745585271, 0.367621922601351],
    [137, 10_000, 0.99, 0.0108878595844773, 0.0169851330513393],
  ])('%d of %d at %d', (successes, trials, confidence, lower, upper) => {
    const found = rateEstimate(successes, trials, confidence);
    expect(Math.abs(found.lower - lower)).toBeLessThan(1e-9);
    expect(Math.abs(found.upper - upper)).toBeLessThan(1e-9);
    expect(found.value).toBe(successes / trials);
  });

  it('cover every rate at least as often as they say', () => {
    const [trials, confidence] = [30, 0.9];
    const intervals = Array.from({ length: trials + 1 }, (_, k) => rateEstimate(k, trials, confidence));
    for (let rate = 0.01; rate < 1; rate += 0.007) {
      // All outcomes with their probabilities: nothing is left to chance.
      const covered = intervals.reduce((sum, { lower, upper }, k) => {
        const probability = binomialTail(trials, rate, k) - binomialTail(trials, rate, k + 1);
        return lower <= rate && rate <= upper ? sum + probability : sum;
      }, 0);
      expect(covered, String(rate)).toBeGreaterThanOrEqual(confidence - 1e-12);
    }
  });

  it('of one side are mirror images, and reach the ends', () => {
    expect(lowerBound(0, 7, 0.95)).toBe(0);
    expect(upperBound(7, 7, 0.95)).toBe(1);
    // All of n: p^n = 1 − confidence.
    expect(lowerBound(7, 7, 0.95)).toBeCloseTo(0.05 ** (1 / 7), 12);
    expect(upperBound(0, 7, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 7), 12);
  });

  it('refuse what is no count', () => {
    expect(() => lowerBound(3, 2, 0.95)).toThrow('3 successes of 2');
    expect(() => lowerBound(1, 2, 95)).toThrow('confidence');
  });
});
