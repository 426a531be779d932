/** Moments of the privacy loss against closed forms, and what they imply. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairOf } from '../../src/privacy/accounting/dominating-pair.ts';
import type { PrivacyEvent } from '../../src/privacy/accounting/events.ts';
import { logMoment, logMomentOf, renyiEpsilon, renyiLogDelta } from '../../src/privacy/accounting/renyi.ts';

const steps = (noiseMultiplier: number, rate: number, overflow = 0, count = 1): PrivacyEvent => ({
  kind: 'sampled gaussian',
  what: 'gradient steps',
  data: 'train',
  noiseMultiplier,
  rate,
  overflow,
  count,
});

/** Mironov, Talwar, Zhang 2019, section 3.3, for a whole order. */
function closedForm(order: number, rate: number, noiseMultiplier: number): number {
  let ways = 1;
  let sum = 0;
  for (let j = 0; j <= order; j++) {
    sum += ways * (1 - rate) ** (order - j) * rate ** j * Math.exp((j * j - j) / (2 * noiseMultiplier ** 2));
    ways = (ways * (order - j)) / (j + 1);
  }
  return Math.log(sum);
}

// Twice what the moment is rounded up by.
const ROUNDING = 2 ** -41;

describe('moments of the privacy loss', () => {
  it('of whole orders are the binomial sums', () => {
    const cases = fc.record({
      order: fc.integer({ min: 2, max: 16 }),
      rate: fc.double({ min: 1e-4, max: 0.9, noNaN: true }),
      noise: fc.double({ min: 0.6, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ order, rate, noise }) => {
        const expected = closedForm(order, rate, noise);
        const found = logMoment(pairOf(steps(noise, rate), 1), 'remove', order - 1);
        expect(Math.abs(found - expected)).toBeLessThan(ROUNDING * (1 + expected));
      }),
    );
  });

  it('without sampling are those of a Gaussian, for any order and in both directions', () => {
    const cases = [
      fc.double({ min: 0.01, max: 50, noNaN: true }),
      fc.double({ min: 0.1, max: 100, noNaN: true }),
    ] as const;
    fc.assert(
      fc.property(...cases, fc.integer({ min: 1, max: 4 }), (theta, noise, records) => {
        const expected = (theta * (1 + theta) * records ** 2) / (2 * noise ** 2);
        for (const direction of ['remove', 'add'] as const) {
          const found = logMoment(pairOf(steps(noise, 1), records), direction, theta);
          expect(Math.abs(found - expected)).toBeLessThan(ROUNDING * (1 + expected));
        }
      }),
    );
  });

  it('of rare samples keep their digits: θ(θ + 1)/2 times the chi-squared divergence, to first order', () => {
    const rate = 1e-4;
    const found = logMoment(pairOf(steps(2, rate), 1), 'remove', 0.5);
    // The rest of the series is of the order of the rate.
    expect(found / (rate ** 2 * 0.375 * Math.expm1(1 / 4))).toBeCloseTo(1, 3);
  });

  it('average over an overflow that is seen', () => {
    const at = (overflow: number) => Math.exp(logMoment(pairOf(steps(1.5, 0.1, overflow), 1), 'remove', 2.5));
    const doubled = Math.exp(logMoment(pairOf(steps(0.75, 0.1), 1), 'remove', 2.5));
    expect(at(1)).toBeCloseTo(doubled, 10);
    expect(at(0.3)).toBeCloseTo(0.7 * at(0) + 0.3 * doubled, 10);
  });
});

describe('the conversion', () => {
  it('of ε to δ is that of δ to ε, turned round', () => {
    const moment = logMomentOf([pairOf(steps(1.1, 256 / 60000, 0, 3515), 1)], 'remove');
    for (const delta of [1e-3, 1e-5, 1e-10]) {
      const { value } = renyiEpsilon(moment, delta);
      // The search ends within 1e-3 of the best order, around which the bound is flat.
      expect(renyiLogDelta(moment, value).value).toBeCloseTo(Math.log(delta), 4);
    }
  });
});

it('stops at an event that it does not know', () => {
  const event = { ...steps(1, 0.1), kind: 'laplace' } as unknown as PrivacyEvent;
  expect(() => pairOf(event, 1)).toThrow(/events of kind laplace/);
});
