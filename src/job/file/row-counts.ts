/**
 * How many rows the owners of a job have together: below each other, or as columns of the same rows.
 * @module
 */

/** The kinds of rows that a party can have. */
export type RowKind = 'train' | 'test' | 'validation';
export type RowCounts = Readonly<Record<RowKind, number>>;

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

/** The parts of rows that are held out: of each party's own, or of those that all parties have. */
export interface HeldOut {
  readonly test: number;
  readonly validation: number;
}

/** What decides how many rows there are. */
export interface CountedRows {
  readonly parties: readonly (OwnedColumns & RowCounts)[];
  /** Owners that run no node: of all columns of their rows. */
  readonly contributors?: readonly RowCounts[] | undefined;
  readonly data?: { readonly heldOut?: HeldOut | undefined } | undefined;
}

/**
 * Rows of all owners together, by kind. Columns of the same rows count once: as often as they are at all parties, at the most. How many these are is
 * known only once the rows are aligned.
 */
export function totalsOf({ parties, contributors = [], data }: CountedRows): RowCounts {
  const isSplit = isSplitByColumns(parties);
  const total = (kind: RowKind) => {
    if (!isSplit) return [...parties, ...contributors].reduce((sum, owner) => sum + owner[kind], 0);
    const counts = parties.filter(hasColumns).map((party) => party[kind]);
    return counts.length === 0 ? 0 : Math.min(...counts);
  };
  const totals = { train: total('train'), test: total('test'), validation: total('validation') };
  // Whole rows are counted by party, what is held out apart.
  return data?.heldOut === undefined || !isSplit ? totals : heldOutRows(totals.train, data.heldOut);
}

/** So many rows in parts, each a whole number of rows. */
export function heldOutRows(rows: number, held: HeldOut): RowCounts {
  const [test, validation] = [held.test, held.validation].map((share) => Math.round(share * rows));
  return { train: Math.max(0, rows - test - validation), test, validation };
}

type NamedRows = RowCounts & { readonly name: string };

/** How many rows of each kind every owner has among those that the job uses. */
export function rowsByOwner(job: {
  readonly parties: readonly (OwnedColumns & NamedRows)[];
  readonly contributors?: readonly NamedRows[];
  readonly data: { readonly heldOut?: HeldOut | undefined };
}): NamedRows[] {
  if (!isSplitByColumns(job.parties)) return [...job.parties, ...(job.contributors ?? [])];
  const totals = totalsOf(job);
  return job.parties.map((party) => (hasColumns(party) ? { name: party.name, ...totals } : party));
}
