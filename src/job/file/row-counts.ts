/**
 * How many rows the parties of a job have together: below each other, or as columns of the same rows.
 * @module
 */

/** The kinds of rows that a party can have. */
export type RowKind = 'train' | 'test' | 'validation';

/** What a party of a job file says of its columns. */
export interface OwnedColumns {
  readonly features?: readonly string[] | undefined;
  readonly label?: true | undefined;
}

/** Whether the columns of one row lie with several parties. Otherwise every party has all columns of its own rows. */
export const isSplitByColumns = (parties: readonly OwnedColumns[]): boolean =>
  parties.some(({ features, label }) => features !== undefined || label !== undefined);

/** Whether a party has any column of such a job. */
export const hasColumns = ({ features, label }: OwnedColumns): boolean =>
  label === true || (features !== undefined && features.length > 0);

type CountedRows = OwnedColumns & { readonly [K in RowKind]: number };

/** Rows of all parties together: where they have columns of the same rows, these count once. */
export function rowsTogether(parties: readonly CountedRows[], kind: RowKind): number {
  const counts = parties.map((party) => party[kind]);
  return isSplitByColumns(parties) ? Math.max(...counts) : counts.reduce((sum, count) => sum + count, 0);
}
