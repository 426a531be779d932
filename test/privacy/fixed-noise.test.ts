import { expect, it } from 'vitest';
import { noiseMultiplierFor } from '../../src/privacy/accounting/calibration.ts';
import type { PrivacyEvent, PrivacyUnit } from '../../src/privacy/accounting/events.ts';
import { metric } from './spendings.ts';

it('releases that take all of the budget of other records change nothing about the noise of the steps', () => {
  const unit: PrivacyUnit = { records: 1, neighbours: 'add-or-remove' };
  const budget = { epsilon: 3, delta: 1e-4 };
  const steps = (noiseMultiplier: number): PrivacyEvent => ({
    ...{ kind: 'sampled gaussian', what: 'gradient steps', data: 'train', rate: 32 / 455, overflow: 1e-6, count: 28 },
    noiseMultiplier,
  });
  // By the Rényi bound alone these are beyond the budget.
  const counts = {
    ...metric,
    noiseMultiplier: noiseMultiplierFor(budget, (z) => [{ ...metric, noiseMultiplier: z }], unit),
  };
  const alone = noiseMultiplierFor(budget, (z) => [steps(z)], unit);
  expect(noiseMultiplierFor(budget, (z) => [steps(z), counts], unit)).toBe(alone);
});
