/**
 * Jobs in which a party gives one table for all of its rows: by which rule they are split, and which tables a party has.
 * @module
 */
import type { Document } from '../../data/document.ts';
import type { Job, RowKind } from './job.ts';
import { isSplitByColumns } from './row-counts.ts';
import type { Sound } from './schema.ts';

const KINDS: readonly RowKind[] = ['train', 'test', 'validation'];

/** The tables that a party gives, by the kind under which its configuration names them, with the rows of each. */
export function tablesOf({ data, parties }: Job, party: string): { readonly kind: RowKind; readonly rows: number }[] {
  const own = parties.find(({ name }) => name === party);
  if (own === undefined) return [];
  const all = KINDS.map((kind) => ({ kind, rows: own[kind] }));
  const together = all.reduce((sum, { rows }) => sum + rows, 0);
  return (data.split === undefined ? all : [{ kind: 'train' as const, rows: together }]).filter(({ rows }) => rows > 0);
}

/** Notes where a job can not have its rows split. */
export function checkSplit(document: Document, { data, model, parties, privacy }: Sound): void {
  if (data?.split === undefined) return;
  const path = ['data', 'split'];
  if (privacy !== undefined) {
    document.report(
      path,
      'must be left out with privacy: a ledger knows rows by their files, so give a file for each kind',
    );
  }
  if (parties !== undefined && isSplitByColumns(parties)) {
    document.report(path, 'must be left out where parties have different columns of the same persons');
  }
  if (data.split.stratified && data.target !== undefined && model !== undefined) {
    document.report([...path, 'stratified'], 'must be false with a target, which has no classes');
  }
}
