/**
 * Jobs in which a party gives one table for all of its rows: by which rule they are split, and which tables a party has.
 * @module
 */
import type { Document } from '../../data/document.ts';
import { type Job, ownersOf, type RowKind, type RowSplit } from './job.ts';
import { type HeldOut, heldOutRows, isSplitByColumns, type OwnedColumns, type RowCounts } from './row-counts.ts';
import type { Sound } from './schema.ts';

const KINDS: readonly RowKind[] = ['train', 'test', 'validation'];
const PATH = ['data', 'heldOut'];

/** The rule by which each owner splits its own table. None: it has a table for each kind of rows, or rows are held out once they are aligned. */
export function splitOf({ data: { heldOut } }: Pick<Job, 'data'>): RowSplit | undefined {
  return heldOut?.seed === undefined ? undefined : { stratified: heldOut.stratified ?? true, seed: heldOut.seed };
}

/** The tables that an owner gives, by the kind under which its configuration names them, with the rows of each. */
export function tablesOf(job: Job, owner: string): { readonly kind: RowKind; readonly rows: number }[] {
  const own = ownersOf(job).find(({ name }) => name === owner);
  if (own === undefined) return [];
  const all = KINDS.map((kind) => ({ kind, rows: own[kind] }));
  return (splitOf(job) === undefined ? all : [{ kind: 'train' as const, rows: rowsInAll(own) }]).filter(
    ({ rows }) => rows > 0,
  );
}

const rowsInAll = ({ train, test, validation }: RowCounts): number => train + test + validation;

/** An owner with its rows of each kind, where a file gives those of its one table. */
export function withHeldOut<P extends RowCounts>(
  party: P,
  parties: readonly OwnedColumns[],
  heldOut: HeldOut | undefined,
): P {
  return heldOut === undefined || isSplitByColumns(parties)
    ? party
    : { ...party, ...heldOutRows(party.train, heldOut) };
}

/** With the rows of each kind that owners have once some are held out of their tables. */
export function withRowsByKind(written: Sound): Sound {
  const { parties, contributors, data } = written;
  if (parties === undefined) return written;
  const [first, second, third] = parties.map((party) => withHeldOut(party, parties, data?.heldOut));
  return {
    ...written,
    parties: [first, second, third],
    contributors: contributors?.map((owner) => withHeldOut(owner, parties, data?.heldOut)),
  };
}

/** The same as a file has it: all rows of the one table. */
export function asOneTable<P extends RowCounts>(job: Pick<Job, 'data'>, party: P): P {
  return splitOf(job) === undefined ? party : { ...party, train: rowsInAll(party), test: 0, validation: 0 };
}

/** Notes where a job can not have rows held out as it says. Owners have the rows of their files. */
export function checkHeldOut(document: Document, { data, model, parties, contributors, privacy }: Sound): void {
  if (data?.heldOut === undefined || parties === undefined) return;
  const { stratified, seed } = data.heldOut;
  if (isSplitByColumns(parties)) {
    for (const [key, value] of Object.entries({ stratified, seed })) {
      if (value === undefined) continue;
      const drawn = 'the run draws them among the rows that all have, whose labels one party knows';
      document.report([...PATH, key], `must be left out where parties have different columns: ${drawn}`);
    }
    return;
  }
  if (seed === undefined) {
    const why = 'a whole number from 0 up, by which each party splits its own table';
    document.report([...PATH, 'seed'], `is missing: ${why}`);
  }
  if (privacy !== undefined) {
    document.report(
      PATH,
      'must be left out with privacy: a ledger knows rows by their files, so give a file for each kind',
    );
  }
  if (stratified !== false && data.target !== undefined && model !== undefined) {
    document.report([...PATH, 'stratified'], 'must be false with a target, which has no classes');
  }
  for (const [key, owners] of Object.entries({ parties, contributors })) {
    owners?.forEach((owner, i) => {
      for (const kind of ['test', 'validation'] as const) {
        if (owner[kind] === 0) continue;
        const says = 'must be 0 with data.heldOut, which takes these rows from those of train';
        document.report([key, i, kind], says);
      }
    });
  }
}
