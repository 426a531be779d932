/** Jobs that ask for a budget, and an accountant whose every value can be checked by hand. */

import type { PrivacyEvent } from '../../src/privacy/accounting/events.ts';
import type { EpsilonOf, LedgerRequest } from '../../src/privacy/ledger/budget.ts';
import type { DataSet } from '../../src/privacy/ledger/ledger.ts';

/** Zero-concentrated privacy of Gaussians without amplification, which is an upper bound: ρ + 2√(ρ ln(1/δ)), ρ = Σ count·k²/2z². */
export const epsilonOf: EpsilonOf = (events, delta, { records }) => {
  const kinds = new Map<string, number>();
  for (const { data, count, noiseMultiplier } of events) {
    kinds.set(data, (kinds.get(data) ?? 0) + (count * records ** 2) / (2 * noiseMultiplier ** 2));
  }
  const costs = [...kinds.values()];
  const rho = records === 1 ? Math.max(0, ...costs) : costs.reduce((sum, cost) => sum + cost, 0);
  return rho + 2 * Math.sqrt(rho * Math.log(1 / delta));
};

export const steps = (count: number, noiseMultiplier = 10): PrivacyEvent => ({
  kind: 'gaussian',
  what: 'gradient steps',
  data: 'train',
  noiseMultiplier,
  count,
});

export const metric: PrivacyEvent = { kind: 'gaussian', what: 'accuracy', data: 'test', noiseMultiplier: 5, count: 1 };

/** Rows that are told apart by one digit. */
export const rowsOf = (digit: string, data: DataSet['data'] = 'train', name?: string): DataSet => ({
  data,
  commitment: digit.repeat(64),
  rows: 100,
  ...(name === undefined ? {} : { name }),
});

export const asks = (
  dataSets: readonly DataSet[],
  events: LedgerRequest['events'],
  change: Partial<LedgerRequest> = {},
): LedgerRequest => ({
  job: { name: 'a-job', digest: 'f'.repeat(64) },
  ...(events === 'unbounded' ? {} : { guarantee: { epsilon: 1, delta: 1e-5 } }),
  unit: { records: 1, neighbours: 'add-or-remove' },
  dataSets: [...dataSets],
  events,
  ...change,
});
