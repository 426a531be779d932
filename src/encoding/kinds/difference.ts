/**
 * The difference of two features: a − b.
 * @module
 */
import type { DerivedKind } from '../feature-kind.ts';
import { parentPair, singleProblem } from '../parents.ts';

export interface DifferenceFeature {
  readonly is: 'difference';
  readonly difference: readonly [string, string];
}

/** `pulse_pressure: { difference: [systolic, diastolic] }` */
export const difference: DerivedKind<DifferenceFeature> = {
  isRead: false,
  form: { difference: parentPair() },
  madeOf: ({ difference }) => difference,
  problem(_, parents) {
    const single = singleProblem('difference', parents);
    if (single !== undefined) return single;
    const [a, b] = parents.map(({ columns }) => columns[0].unit);
    if (a === b) return undefined;
    return { key: 'difference', says: 'must be of two features in one unit; dates need the same origin' };
  },
  columns(name, _, [a, b]) {
    const [[x], [y]] = [a.columns, b.columns];
    return [{ name, low: x.low - y.high, high: x.high - y.low }];
  },
  told: ({ difference: [a, b] }) => `${a} − ${b}`,
  write: () => (from, into, at) => {
    into[at] = from[0] - from[1];
  },
};
