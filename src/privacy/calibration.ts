/**
 * The least noise that keeps a budget, on a grid of four significant digits: the same number on every machine.
 * @module
 */
import { TrefoilError } from '../errors.ts';
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
 * @throws when no noise up to a million does: other events, whose noise is fixed, take all of it
 */
export function noiseMultiplierFor(
  { epsilon, delta }: PrivacyBudget,
  eventsOf: (noiseMultiplier: number) => readonly PrivacyEvent[],
  unit: PrivacyUnit,
): number {
  const last = (LARGEST_DECADE - SMALLEST_DECADE) * NUMBERS_A_DECADE;
  const keeps = (index: number) => epsilonOf(eventsOf(numberAt(index)), delta, unit) <= epsilon;
  // The Rényi bound is quick, and its answer is nearly right and never too small.
  const start = first(0, last, (index) => renyiEpsilonOf(eventsOf(numberAt(index)), delta, unit) <= epsilon);
  if (start === last && !keeps(last)) {
    throw new TrefoilError(
      'TREFOIL_PRIVACY',
      `no noise keeps ε = ${epsilon} at δ = ${delta}: releases whose noise is fixed take more than that; raise epsilon, or release less`,
    );
  }
  let above = start;
  for (let stride = NUMBERS_A_DECADE / 64; above > 0; stride *= 2) {
    const below = Math.max(0, Math.floor(above - stride));
    if (!keeps(below)) return numberAt(first(below + 1, above, keeps));
    above = below;
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
