/**
 * The least noise that keeps a budget, on a grid of four significant digits: the same number on every machine.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import { epsilonOf, renyiEpsilonOf } from './accountant.ts';
import type { PrivacyEvent, PrivacyUnit } from './events.ts';

export interface PrivacyBudget {
  readonly epsilon: number;
  readonly delta: number;
}

const DIGITS = 4;
const NUMBERS_A_DECADE = 9 * 10 ** (DIGITS - 1);
const SMALLEST_DECADE = -2;
const LARGEST_DECADE = 6;

/** The numbers of four digits in a row, from 0.01 on. */
function numberAt(index: number): number {
  const decade = Math.floor(index / NUMBERS_A_DECADE) + SMALLEST_DECADE;
  const digits = 10 ** (DIGITS - 1) + (index % NUMBERS_A_DECADE);
  return Number(`${digits}e${decade - DIGITS + 1}`);
}

/**
 * The smallest noise multiplier of four digits at which these events keep the budget.
 * @throws `TREFOIL_PRIVACY` when no noise up to a million does
 */
export function noiseMultiplierFor(
  { epsilon, delta }: PrivacyBudget,
  eventsOf: (noiseMultiplier: number) => readonly PrivacyEvent[],
  unit: PrivacyUnit,
): number {
  const last = (LARGEST_DECADE - SMALLEST_DECADE) * NUMBERS_A_DECADE;
  const excess = (index: number) => Math.log(epsilonOf(eventsOf(numberAt(index)), delta, unit) / epsilon);
  // The Rényi bound is quick, and its answer is never too small.
  let above = first(0, last, (index) => renyiEpsilonOf(eventsOf(numberAt(index)), delta, unit) <= epsilon);
  let atAbove = excess(above);
  if (atAbove > 0) {
    const most = `a deviation of ${10 ** LARGEST_DECADE} times what a record changes`;
    const least = Number((epsilon * Math.exp(atAbove)).toPrecision(2));
    throw new TrefoilError(
      'TREFOIL_PRIVACY',
      `no noise keeps ε = ${epsilon} at δ = ${delta}: even ${most} comes to about ε = ${least}; raise ε or δ, or release less`,
    );
  }
  // Releases whose noise is fixed can keep the budget though not by the Rényi bound, which then says nothing of the others.
  if (above === last) return numberAt(first(0, last, (index) => excess(index) <= 0));
  let below = -1;
  let atBelow = Number.POSITIVE_INFINITY;
  for (let stride = NUMBERS_A_DECADE / 64; below < 0 && above > 0; stride *= 2) {
    const index = Math.max(0, Math.floor(above - stride));
    const found = excess(index);
    if (found > 0) [below, atBelow] = [index, found];
    else [above, atAbove] = [index, found];
  }
  for (let i = 1; above - below > 1; i++) {
    // Nearly a straight line; every third time the middle, lest one end stays far away.
    const part = i % 3 === 0 || !Number.isFinite(atBelow - atAbove) ? 0.5 : atBelow / (atBelow - atAbove);
    const index = Math.min(above - 1, Math.max(below + 1, Math.round(below + part * (above - below))));
    const found = excess(index);
    if (found > 0) [below, atBelow] = [index, found];
    else [above, atAbove] = [index, found];
  }
  return numberAt(above);
}

/** The first index from which on something holds; `to` when nothing before it does. */
function first(from: number, to: number, holds: (index: number) => boolean): number {
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
