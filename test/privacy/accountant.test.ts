/** ε and δ against reference values, closed forms and laws that hold for every accountant. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaOf, epsilonOf, renyiEpsilonOf } from '../../src/privacy/accounting/accountant.ts';
import { noiseMultiplierFor } from '../../src/privacy/accounting/calibration.ts';
import type { PrivacyEvent, PrivacyUnit } from '../../src/privacy/accounting/events.ts';

interface Setting {
  readonly rate: number;
  readonly noiseMultiplier: number;
  readonly count: number;
  readonly delta: number;
  readonly lower: number;
  readonly upper: number;
  readonly renyi: number;
}

const { settings }: { settings: Setting[] } = JSON.parse(
  readFileSync(new URL('reference.json', import.meta.url), 'utf8'),
);

const RECORD: PrivacyUnit = { records: 1, neighbours: 'add-or-remove' };

const steps = (noiseMultiplier: number, rate: number, count: number, overflow = 0): PrivacyEvent => ({
  kind: 'sampled gaussian',
  what: 'gradient steps',
  data: 'train',
  noiseMultiplier,
  rate,
  overflow,
  count,
});

const full = (noiseMultiplier: number, count = 1, data: PrivacyEvent['data'] = 'train'): PrivacyEvent => ({
  kind: 'gaussian',
  what: 'sums',
  data,
  noiseMultiplier,
  count,
});

/** Φ, by its series: every term has the same sign, and the sum is exact to rounding for |x| < 8. */
function normal(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 500; n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Balle, Wang 2018, theorem 5: δ of the Gaussian mechanism of sensitivity `shift` deviations. */
const gaussianDelta = (shift: number, epsilon: number) =>
  normal(shift / 2 - epsilon / shift) - Math.exp(epsilon) * normal(-shift / 2 - epsilon / shift);

describe('ε of sampled Gaussians', () => {
  it('has reference values for at least 50 settings', () => {
    expect(settings.length).toBeGreaterThanOrEqual(50);
  });

  it.each(settings)('rate $rate, noise $noiseMultiplier, $count times, δ = $delta', (setting) => {
    const { rate, noiseMultiplier, count, delta, lower, upper, renyi } = setting;
    const event = rate === 1 ? full(noiseMultiplier, count) : steps(noiseMultiplier, rate, count);
    const epsilon = epsilonOf([event], delta, RECORD);
    expect(epsilon).toBeGreaterThanOrEqual(lower);
    expect(epsilon).toBeLessThanOrEqual(1.01 * upper);
    // Theirs takes the best of some orders, ours the best of all.
    expect(renyiEpsilonOf([event], delta, RECORD)).toBeLessThanOrEqual(1.0001 * renyi);
  });

  it('of the setting that Abadi et al. 2016 report with ε = 1.26, by looser bounds of the time', () => {
    expect(epsilonOf([steps(4, 0.01, 10_000)], 1e-5, RECORD)).toBeLessThan(1.26);
  });
});

describe('the Gaussian mechanism', () => {
  it('costs what its closed form says, never less', () => {
    const cases = [fc.double({ min: 0.3, max: 5, noNaN: true }), fc.integer({ min: 1, max: 1000 })] as const;
    fc.assert(
      fc.property(...cases, fc.double({ min: 0.1, max: 4, noNaN: true }), (shift, count, epsilon) => {
        const exact = gaussianDelta(shift, epsilon);
        // Below that, the closed form loses its digits in the difference.
        fc.pre(exact > 1e-8);
        const delta = deltaOf([full(Math.sqrt(count) / shift, count)], epsilon, RECORD);
        expect(delta).toBeGreaterThanOrEqual(exact * (1 - 1e-7));
        // The grid adds 8e-4 to ε at most, and δ falls by less than this with it.
        expect(delta).toBeLessThan(gaussianDelta(shift, epsilon * (1 - 1e-3)) * (1 + 1e-6));
      }),
      { numRuns: 40 },
    );
  });

  it('of k records, and of replaced ones, is that of a larger change', () => {
    const one = (noise: number) => epsilonOf([full(noise, 10)], 1e-5, RECORD);
    expect(epsilonOf([full(12, 10)], 1e-5, { records: 3, neighbours: 'add-or-remove' })).toBeCloseTo(one(4), 6);
    expect(epsilonOf([full(12, 10)], 1e-5, { records: 1, neighbours: 'replace' })).toBeCloseTo(one(6), 6);
  });
});

describe('the accountant', () => {
  const cases = fc.record({
    noise: fc.double({ min: 0.7, max: 5, noNaN: true }),
    rate: fc.double({ min: 0.001, max: 0.4, noNaN: true }),
    count: fc.integer({ min: 1, max: 300 }),
    delta: fc.constantFrom(1e-4, 1e-5, 1e-8),
  });
  // What the grid may add to the smaller side, and to none of the larger.
  const most = (epsilon: number) => epsilon * 1.005 + 1e-4;

  it('takes less for more noise, a lower rate, fewer steps, a larger δ, and no more for a part', () => {
    fc.assert(
      fc.property(cases, ({ noise, rate, count, delta }) => {
        const epsilon = epsilonOf([steps(noise, rate, count)], delta, RECORD);
        const less = [
          epsilonOf([steps(1.1 * noise, rate, count)], delta, RECORD),
          epsilonOf([steps(noise, 0.9 * rate, count)], delta, RECORD),
          epsilonOf([steps(noise, rate, Math.ceil(count / 2))], delta, RECORD),
          epsilonOf([steps(noise, rate, count)], 2 * delta, RECORD),
        ];
        for (const other of less) expect(other).toBeLessThanOrEqual(most(epsilon));
        const both = epsilonOf([steps(noise, rate, count), full(20)], delta, RECORD);
        expect(epsilon).toBeLessThanOrEqual(most(both));
        expect(epsilonOf([full(20)], delta, RECORD)).toBeLessThanOrEqual(most(both));
      }),
      { numRuns: 15 },
    );
  });

  it('turns δ back into ε', () => {
    for (const delta of [1e-3, 1e-5, 1e-10]) {
      const events = [steps(1.1, 0.02, 500)];
      const epsilon = epsilonOf(events, delta, RECORD);
      // ε is searched to 2^-24, and the grid and tilt may differ: by less than 1e-3 of ε, in which δ changes by 2 % here.
      expect(deltaOf(events, epsilon, RECORD) / delta).toBeGreaterThan(0.98);
      expect(deltaOf(events, epsilon, RECORD) / delta).toBeLessThan(1.02);
    }
  });

  it('counts an overflow that never happens as none, and one that always does as twice the change', () => {
    const at = (noise: number, overflow: number) => epsilonOf([steps(noise, 0.05, 100, overflow)], 1e-5, RECORD);
    expect(at(4, 1)).toBe(at(2, 0));
    expect(at(4, 0)).toBeLessThanOrEqual(at(4, 1e-3));
    expect(at(4, 1e-3)).toBeLessThan(at(4, 0.1));
  });

  it('adds up record sets for persons, and takes the dearest for one record', () => {
    const events = [full(3, 1, 'train'), full(3, 1, 'test')];
    expect(epsilonOf(events, 1e-5, RECORD)).toBe(epsilonOf([full(3)], 1e-5, RECORD));
    const persons: PrivacyUnit = { records: 2, neighbours: 'add-or-remove' };
    expect(epsilonOf(events, 1e-5, persons)).toBeCloseTo(epsilonOf([full(3, 2)], 1e-5, persons), 6);
  });

  it('takes more for a person’s records than for one, and less than if all were always sampled together', () => {
    const person = epsilonOf([steps(4, 0.05, 200)], 1e-5, { records: 3, neighbours: 'add-or-remove' });
    expect(person).toBeGreaterThan(epsilonOf([steps(4, 0.05, 200)], 1e-5, RECORD));
    expect(person).toBeLessThan(epsilonOf([full(4 / 3, 200)], 1e-5, RECORD));
  });

  it('takes a replaced record for one removed and one added', () => {
    const events = [steps(2, 0.05, 200)];
    const replaced = epsilonOf(events, 1e-5, { records: 1, neighbours: 'replace' });
    const change = replaced / 2;
    expect(deltaOf(events, change, RECORD) * (1 + Math.exp(change))).toBeLessThanOrEqual(1.01e-5);
    expect(change).toBeGreaterThan(epsilonOf(events, 1e-5, RECORD));
  });

  it('charges nothing for nothing', () => {
    expect(epsilonOf([], 1e-5, RECORD)).toBe(0);
    expect(deltaOf([steps(1, 0.1, 0)], 0, RECORD)).toBe(0);
  });

  it('stops at noise, rates and kinds that it can not read', () => {
    const wrong = [
      steps(0, 0.1, 1),
      steps(1, 0, 1),
      steps(1, 0.1, 1, 2),
      steps(1, 0.1, 0.5),
      { ...full(1), kind: 'x' },
    ];
    for (const event of wrong) {
      expect(() => epsilonOf([event as PrivacyEvent], 1e-5, RECORD)).toThrow(/broken invariant/);
    }
  });
});

describe('calibration', () => {
  it('gives the smallest multiplier of four digits that keeps the budget', () => {
    const budget = { epsilon: 3, delta: 1e-5 };
    const noise = noiseMultiplierFor(budget, (at) => [steps(at, 0.05, 100, 1e-6)], RECORD);
    const epsilonAt = (at: number) => epsilonOf([steps(at, 0.05, 100, 1e-6)], budget.delta, RECORD);
    expect(Number(noise.toPrecision(4))).toBe(noise);
    expect(epsilonAt(noise)).toBeLessThanOrEqual(3);
    expect(epsilonAt(noise - 10 ** (Math.floor(Math.log10(noise)) - 3))).toBeGreaterThan(3);
  });

  it('says so when other events take the whole budget', () => {
    const eventsOf = (at: number) => [full(at), full(0.5, 10)];
    expect(() => noiseMultiplierFor({ epsilon: 1, delta: 1e-5 }, eventsOf, RECORD)).toThrow(/no noise keeps ε = 1/);
  });
});

it('says of hardly any noise that it costs very much, or has no bound for it', () => {
  const costs = [0.1, 0.01, 0.001].map((noise) => epsilonOf([steps(noise, 0.07, 196, 1e-6)], 1e-4, RECORD));
  expect(costs[0]).toBeGreaterThan(1000);
  expect(costs[1]).toBeGreaterThan(costs[0]);
  expect(costs[2]).toBeGreaterThanOrEqual(costs[1]);
});
