/**
 * The records that an attack is surest of, for their owner and for nobody else.
 * @module
 */
import { TrefoilError } from '../../errors.ts';

/** Whose the records of a pool are: rows in a row, in the order of their owner's file. */
export interface OwnedRows {
  readonly owner: string;
  readonly first: number;
  readonly rows: number;
}

export interface ExposedRecord {
  /** Counted from 0 in the owner's own rows. */
  readonly row: number;
  readonly score: number;
  /** The share of records outside the training that an adversary accuses wrongly when it finds this one. */
  readonly falsePositiveRate: number;
}

/** Those of the owner's records that were in the training and are found with the fewest false positives: at most `count`, the surest first. */
export function mostExposed(
  owner: string,
  owned: readonly OwnedRows[],
  scores: Float64Array,
  isMember: Uint8Array,
  count: number,
): ExposedRecord[] {
  const own = owned.filter((part) => part.owner === owner);
  if (own.length === 0) {
    throw new TrefoilError(
      'TREFOIL_AUDIT',
      `'${owner}' owns none of the audited records; their owners are ${[...new Set(owned.map((part) => part.owner))].join(', ')}`,
    );
  }
  const others = scores.filter((_, i) => isMember[i] === 0);
  const accused = (score: number) => others.reduce((sum, other) => sum + Number(other >= score), 0) / others.length;
  let before = 0;
  return own
    .flatMap(({ first, rows }) => {
      const from = before;
      before += rows;
      return Array.from({ length: rows }, (_, i) => ({ at: first + i, row: from + i }));
    })
    .filter(({ at }) => isMember[at] === 1)
    .sort((a, b) => scores[b.at] - scores[a.at])
    .slice(0, count)
    .map(({ at, row }) => ({ row, score: scores[at], falsePositiveRate: accused(scores[at]) }));
}
