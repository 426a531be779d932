/**
 * Pooled fills: the mean or the median of the values that a feature has in the training rows of all parties, without the number of these values.
 *
 * A fill is one of `FILL_PLACES` public values. It is the number of thresholds that the mean (or median) reaches. Each owner enters, threshold by
 * threshold, a number whose sum over the owners is at least 0 where it is reached: for a mean Σ (x − t) over its values, for a median its number of values
 * less twice that of those below t. The sums are compared with 0 on shares, the bits are added up, and only that count is opened. It is found digit by
 * digit, and the digit that is opened first is part of the result: docs/decisions/24-pooled-fills.md.
 *
 * Where fewer rows than `leastRows` have a value, the middle of the range comes out instead, and nobody learns that.
 * @module
 */
import { below } from '../below.ts';
import { revealOutput } from '../outputs/catalogue.ts';
import { fillOutput } from '../outputs/fills.ts';
import type { Session, ValueId } from '../plan.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { type FillsTask, recipientsOf, type TrainingTask, totalOf } from './task.ts';

/** A fill is found digit by digit, in this base. */
export const FILL_BASE = 128;
/** What owners enter for each digit of the fills, the first one first. */
export const FILL_INPUTS = ['fills.first', 'fills.last'] as const;
export const FILL_PLACES = FILL_BASE ** FILL_INPUTS.length;
/** The place in the middle of the range. */
export const MIDDLE_PLACE = FILL_PLACES / 2;
/** The digit of that place for an input. */
export const middleDigit = (input: (typeof FILL_INPUTS)[number]): number =>
  Math.floor(MIDDLE_PLACE / FILL_BASE ** (FILL_INPUTS.length - 1 - FILL_INPUTS.indexOf(input))) % FILL_BASE;
/** Fractional bits of what is compared. One unit is less than what a value can make of a sum, and more than what rounding does. */
export const FILL_BITS = 20;

/** A row of what an owner enters has a number for each threshold, and behind them how many values there are. */
const THRESHOLDS = FILL_BASE - 1;
/** The largest |x − t| of a value in [−1, 1] and a threshold in [−1.5, 1.5], with room for rounding. */
const LARGEST = 3;

/** Adds the phases that open the pooled fills to all parties, where the task has some. */
export function fillSessions(plan: PlanBuilder, task: TrainingTask): Session[] {
  const { fills } = task;
  if (fills === undefined) return [];
  const owners = [...new Set(fills.features.map(({ owner }) => owner))];
  const ordered = owners.flatMap((owner) => fills.features.filter((feature) => feature.owner === owner));
  const places = plan.addState({ rows: ordered.length, cols: 1 }, 0, FILL_PLACES, 'fills');
  return FILL_INPUTS.map((input) => {
    const phase = plan.phase('pooled fills', (phase) => {
      const entered = enteredBy(phase, task, { ...fills, features: ordered }, input);
      const digit = digitOf(phase, entered, fills.leastRows, middleDigit(input));
      const terms = [
        { value: places, factor: exactly(FILL_BASE) },
        { value: digit, factor: exactly(1) },
      ];
      const found = phase.bounded(phase.linear(terms, exactly(0), 0, 'fills'), FILL_PLACES);
      phase.update(places, found);
      const row = phase.laidOut([found], { rows: 1, cols: ordered.length });
      for (const [j, { name, kind }] of ordered.entries()) {
        revealOutput(phase, phase.selectColumns(row, [j]), fillOutput(kind, name), recipientsOf(task));
      }
    });
    return { phase, repeat: 1 };
  });
}

/** A row for each feature, summed over its owners. */
function enteredBy(phase: PhaseBuilder, { trainRows }: TrainingTask, { features }: FillsTask, input: string): ValueId {
  const all = Math.max(1, totalOf(trainRows));
  const enter = (owner: string, rows: number, most: number) =>
    phase.input(owner, input, { rows, cols: FILL_BASE }, FILL_BITS, LARGEST * Math.max(1, most));
  const ofOwner = (owner: string) => features.filter((feature) => feature.owner === owner).length;
  const owners = [...new Set(features.flatMap(({ owner }) => owner ?? []))];
  if (owners.length > 0) return phase.stack(owners.map((owner) => enter(owner, ofOwner(owner), all)));
  const parts = Object.entries(trainRows).map(([owner, rows]) => enter(owner, features.length, rows));
  const terms = parts.map((value) => ({ value, factor: exactly(1) }));
  return phase.linear(terms, exactly(0), FILL_BITS, 'fills');
}

/** How many thresholds are reached by each feature, masked; the digit of the middle where too few rows have a value. */
function digitOf(phase: PhaseBuilder, entered: ValueId, leastRows: number, middle: number): ValueId {
  const sums = phase.selectColumns(
    entered,
    Array.from({ length: THRESHOLDS }, (_, k) => k),
  );
  const values = phase.selectColumns(entered, [THRESHOLDS]);
  const ones = phase.linear([{ value: sums, factor: exactly(0) }], exactly(1), 0);
  const [less] = below(phase, sums, 0, ones);
  const reached = phase.linear(
    [{ value: phase.sumColumns(less), factor: exactly(-1) }],
    exactly(THRESHOLDS),
    0,
    'digits of fills',
  );
  const digit = phase.bounded(phase.open(reached), FILL_BASE);
  const towardsMiddle = phase.linear([{ value: digit, factor: exactly(-1) }], exactly(middle), 0);
  const [moved] = below(phase, values, leastRows, towardsMiddle);
  const terms = [digit, moved].map((value) => ({ value, factor: exactly(1) }));
  return phase.bounded(phase.open(phase.linear(terms, exactly(0), 0)), FILL_BASE);
}
