/**
 * What a run with folds reports of each.
 * @module
 */
import { foldRows } from '../../plan/folds.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Quality } from './quality.ts';

/** What cross-validation measured of each fold. */
export interface FoldsReport {
  /** Rows of each fold. */
  readonly rows: readonly number[];
  /** The metrics of each fold, in the same order, where somebody learns these. */
  readonly test?: readonly Quality[];
  readonly plaintext?: readonly Quality[];
}

/** Of `results`, which are what each node knows of the folds: together they have every metric that somebody learns. */
export function foldsOf(
  { rows, folds }: Plan['training'],
  results: readonly { readonly folds?: readonly Quality[] }[],
  plaintext: readonly Quality[] | undefined,
): FoldsReport {
  const { count } = folds ?? { count: 1 };
  const known = results.flatMap(({ folds }) => (folds === undefined ? [] : [folds]));
  const test = Array.from(
    { length: count },
    (_, fold): Quality => Object.assign({}, ...known.map((each) => each[fold])),
  );
  return {
    rows: Array.from({ length: count }, (_, fold) => foldRows(rows, { count }, fold)),
    ...(known.length === 0 ? {} : { test }),
    ...(plaintext === undefined ? {} : { plaintext }),
  };
}
