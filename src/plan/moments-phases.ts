/**
 * Pooled means and variances of the features: each party enters its local sums, only the totals are opened.
 *
 * Sums are of values scaled to [−1, 1] by the declared ranges, so their bound is the number of rows. The squares are taken around
 * the pooled mean once it is open, which keeps all digits of small variances; and where the mean is near an end of the range, their owners
 * enter a public multiple of them (`squaresFactors` in `src/data/standardise.ts`), which this bound has room for.
 * @module
 */
import { revealOutput } from './outputs/catalogue.ts';
import type { Moment } from './outputs/moments.ts';
import { exactly } from './phase-builder.ts';
import type { PlanBuilder } from './plan-builder.ts';
import { HEADROOM_BITS } from './value-table.ts';

const PHASES = { sums: 'pooled means', squares: 'pooled variances' } as const;

/** Of a value from the middle of its range, and of its square from the mean. One owner may enter all of a sum. */
const LARGEST: Readonly<Record<Moment, number>> = { sums: 1, squares: 4 };
const MOST_OWNERS = 3;

/** Fractional bits of a sum over so many rows of all parties: all that the ring has room for. */
export function momentBits(moment: Moment, rows: number): number {
  return HEADROOM_BITS - Math.ceil(Math.log2(MOST_OWNERS * LARGEST[moment] * Math.max(1, rows)));
}

/** Adds the phase that reveals one kind of sum to `to`; gives its number. */
export function momentPhase(
  plan: PlanBuilder,
  moment: Moment,
  features: number,
  rows: Readonly<Record<string, number>>,
  to: readonly string[],
): number {
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const bits = momentBits(moment, all);
  const bound = LARGEST[moment] * Math.max(1, all);
  // They take all the room that there is, which says nothing about what the training needs.
  const { usedBits } = plan;
  const number = plan.phase(PHASES[moment], (phase) => {
    const parts = Object.keys(rows).map((owner) =>
      phase.input(owner, moment, { rows: 1, cols: features }, bits, bound),
    );
    const terms = parts.map((value) => ({ value, factor: exactly(1) }));
    revealOutput(phase, phase.linear(terms, exactly(0), bits, `pooled ${moment}`), moment, to);
  });
  plan.usedBits = usedBits;
  return number;
}
