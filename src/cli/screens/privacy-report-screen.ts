/**
 * What a private run promises, as its user reads it.
 * @module
 */
import { percent, significant } from '../../data/figures.ts';
import type { PrivacyReport } from '../../job/report/privacy-report.ts';

const SAMPLING = {
  poisson: 'each owner samples its own rows in secret',
  full: 'all rows in every step',
  public: 'batches in an order that all parties know',
} as const;

export function printPrivacy(report: PrivacyReport): void {
  const { epsilon, delta, spent, spentTowardsOutsiders, unit, sampling, clip, noiseMultiplier } = report;
  const whom = unit.person === 1 ? 'a record' : `a person with at most ${unit.person} records`;
  const change = unit.neighbours === 'replace' ? 'is replaced' : 'is there or not';
  console.log(`differentially private: ε = ${epsilon}, δ = ${delta} for ${whom} that ${change}`);
  console.log(
    `  spent ${significant(spent)} towards a party, ${significant(spentTowardsOutsiders)} towards all others`,
  );
  console.log(`  ${SAMPLING[sampling]}; gradients clipped to ${clip}; noise multiplier ${noiseMultiplier}`);
  if (report.capacities !== undefined) {
    const rooms = Object.entries(report.capacities).map(([owner, rows]) => `${owner} ${rows}`);
    console.log(`  rows that enter in a step, padding among them: ${rooms.join(', ')}`);
  }
  if (report.unclippedShare !== undefined) {
    const clipped = Math.min(1, Math.max(0, 1 - report.unclippedShare));
    console.log(`  gradients clipped: about ${percent(clipped, 0)}`);
  }
  console.log('');
}
