/**
 * What `data.alignment` says of parties.
 * @module
 */
import type { Document } from '../../data/document.ts';
import type { AlignmentRules } from './alignment-schema.ts';
import type { Job } from './job.ts';
import type { Sound } from './schema.ts';

/** Notes what is wrong with the parties that keep shared rows. */
export function checkAlignment(document: Document, { data, parties }: Sound): void {
  const rules = data?.alignment;
  if (rules === undefined || rules === 'same-order' || rules.keepers === undefined) return;
  const path = ['data', 'alignment', 'keepers'];
  if (rules.find !== 'pairs') {
    document.report(path, 'must be left out without find: pairs, which finds the rows that two parties share');
  } else if (parties !== undefined) {
    const { keepers } = rules;
    const names = parties.map(({ name }) => name);
    const isOrder = keepers.length === names.length && names.every((name) => keepers.includes(name));
    if (!isOrder)
      document.report(path, `must list each of ${names.join(', ')} once, the party that keeps a shared row first`);
  }
}

/** The parties in the order in which they keep shared rows. */
export const keepersOf = ({ parties }: Pick<Job, 'parties'>, { keepers }: AlignmentRules): readonly string[] =>
  keepers ?? parties.map(({ name }) => name);
