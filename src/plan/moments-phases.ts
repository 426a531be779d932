/**
 * Pooled means and variances of the features: each party enters its local sums, only the totals are opened.
 *
 * Sums are of values scaled to [−1, 1] by the declared ranges, so their bound is the number of rows. The squares are taken around
 * the pooled mean once it is open, which keeps all digits of small variances.
 * @module
 */
import { revealOpened } from './opened.ts';
import { exactly } from './phase-builder.ts';
import type { PlanBuilder } from './plan-builder.ts';

/** The name of the input and of the reveal, too. */
export type Moment = 'sums' | 'squares';

const PHASES = { sums: 'pooled means', squares: 'pooled variances' } as const;

/** Enough for 2^20 rows, and twelve significant digits. */
const FRACTIONAL_BITS = 40;

/** Adds the phase that reveals one kind of sum to `to`; gives its number. */
export function momentPhase(
  plan: PlanBuilder,
  moment: Moment,
  features: number,
  rows: Readonly<Record<string, number>>,
  to: readonly string[],
): number {
  // A value lies within 1 of the middle of its range, and within 2 of the mean.
  const largest = moment === 'sums' ? 1 : 4;
  return plan.phase(PHASES[moment], (phase) => {
    const parts = Object.entries(rows).map(([owner, count]) =>
      phase.input(owner, moment, { rows: 1, cols: features }, FRACTIONAL_BITS, Math.max(1, largest * count)),
    );
    const terms = parts.map((value) => ({ value, factor: exactly(1) }));
    revealOpened(phase, phase.linear(terms, exactly(0), FRACTIONAL_BITS, `pooled ${moment}`), moment, to);
  });
}
