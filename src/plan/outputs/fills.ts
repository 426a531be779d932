/**
 * What missing values of a feature are filled with: the mean or the median of all parties' values, as the number of a value on a public grid.
 * @module
 */
import { allParties, type Output } from './output.ts';

/** What is computed of the values that there are. */
export type FillKind = 'mean' | 'median';

export type FillName = `${FillKind} of ${string}`;

const FILL = /^(mean|median) of (.+)$/s;

/** The name of the output that has the fill of a feature. */
export const fillOutput = (kind: FillKind, feature: string): FillName => `${kind} of ${feature}`;

/** The output of that name, if it is a fill. */
export function fillNamed(name: string): Output<never> | undefined {
  const [, kind, feature] = FILL.exec(name) ?? [];
  if (kind === undefined) return undefined;
  return {
    kind: 'fill',
    what: `fill of ${feature}: the ${kind} over the training rows that have a value, rounded`,
    over: 'train',
    recipients: allParties,
  };
}
