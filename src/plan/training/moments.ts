/**
 * Pooled means and variances of the features: each party enters its local sums, only the totals are opened. Where the columns of a row lie with
 * several owners, each enters the sums of its own.
 *
 * Sums are of values scaled to [−1, 1] by the declared ranges, so their bound is the number of rows. The squares are taken around
 * the pooled mean once it is open, which keeps all digits of small variances; and where the mean is near an end of the range, their owners
 * enter a public multiple of them (`squaresFactors` in `src/data/standardise.ts`), which this bound has room for.
 * @module
 */
import { revealOutput } from '../outputs/catalogue.ts';
import type { Moment } from '../outputs/moments.ts';
import type { Session, ValueId } from '../plan.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { HEADROOM_BITS } from '../write/value-table.ts';
import { type ColumnOwners, recipientsOf, type TrainingTask, totalOf } from './task.ts';

/** The phases by what they open, in order. */
const PHASES = { sums: 'pooled means', squares: 'pooled variances' } as const;

/** The largest distance of a value from the middle of its range, and the largest square of its distance from the mean. One owner may enter all of a sum. */
const LARGEST: Readonly<Record<Moment, number>> = { sums: 1, squares: 4 };
const MOST_OWNERS = 3;

/** Fractional bits of a sum over so many rows of all parties: all that the ring has room for. */
export function momentBits(moment: Moment, rows: number): number {
  return HEADROOM_BITS - Math.ceil(Math.log2(MOST_OWNERS * LARGEST[moment] * Math.max(1, rows)));
}

/** Adds the phases that open the pooled moments to all parties, where the task has them. */
export function momentSessions(plan: PlanBuilder, task: TrainingTask): Session[] {
  if (!task.moments) return [];
  return (Object.keys(PHASES) as Moment[]).map((moment) => ({ phase: momentPhase(plan, moment, task), repeat: 1 }));
}

function momentPhase(plan: PlanBuilder, moment: Moment, task: TrainingTask): number {
  const { architecture, trainRows: rows, columns } = task;
  const all = totalOf(rows);
  const bits = momentBits(moment, all);
  const bound = LARGEST[moment] * Math.max(1, all);
  // They take all the room that there is, which says nothing about what the training needs.
  const { usedBits } = plan;
  const number = plan.phase(PHASES[moment], (phase) => {
    const enter = (owner: string, cols: number) => phase.input(owner, moment, { rows: 1, cols }, bits, bound);
    const ofAllColumns = () => Object.keys(rows).map((owner) => enter(owner, architecture.inputs));
    const parts = columns === undefined ? ofAllColumns() : [besideEachOther(phase, columns, enter)];
    const terms = parts.map((value) => ({ value, factor: exactly(1) }));
    revealOutput(phase, phase.linear(terms, exactly(0), bits, `pooled ${moment}`), moment, recipientsOf(task));
  });
  plan.usedBits = usedBits;
  return number;
}

/** One row of all columns, of which each owner enters its own at once, in their order. */
function besideEachOther(
  phase: PhaseBuilder,
  { features }: ColumnOwners,
  enter: (owner: string, cols: number) => ValueId,
): ValueId {
  const owners = [...new Set(features.map(({ owner }) => owner))];
  const columnsOf = (owner: string) =>
    features.flatMap((range) =>
      range.owner === owner ? Array.from({ length: range.count }, (_, i) => range.first + i) : [],
    );
  const order = owners.flatMap(columnsOf);
  const parts = owners.map((owner) => enter(owner, columnsOf(owner).length));
  const all = phase.laidOut(parts, { rows: 1, cols: order.length });
  const placeOf = new Map(order.map((column, place) => [column, place]));
  return phase.selectColumns(
    all,
    order.map((_, column) => placeOf.get(column) ?? 0),
  );
}
