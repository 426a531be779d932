/**
 * What a rehearsal takes of the configuration of a node.
 * @module
 */

import { suggestion } from '../../data/nearest.ts';
import { ownProblems } from '../../encoding/own-column.ts';
import { type Job, type NodeConfig, nodesOf, ownersOf } from '../file/job.ts';
import { tablesOf } from '../file/row-split.ts';
import { lastingData, type PartyRecords, tablesDescribed } from '../node/data-files.ts';
import { declaredOf } from '../node/records-wanted.ts';
import type { RehearsedContributors } from './rehearsed-contributions.ts';

/** Data, output and ledger: keys, peers and addresses are made for the rehearsal. */
export type Rehearsed = Pick<NodeConfig, 'data' | 'table' | 'dataSet' | 'keys' | 'output' | 'privacy'>;

/** All nodes and contributors of a job with these records, which keep no ledger. */
export interface RehearsedOwners {
  readonly nodes: Map<string, Rehearsed>;
  readonly contributors: RehearsedContributors;
}

/** Throws `TREFOIL_CONFIG` with every owner whose records are missing or unknown. */
export function ownersWith(job: Job, data: Readonly<Record<string, PartyRecords>>): RehearsedOwners {
  const owners = ownersOf(job);
  const names = owners.map(({ name }) => name);
  const { document, tables } = tablesDescribed(data);
  for (const name of Object.keys(data)) {
    if (!names.includes(name))
      document.report(['data'], `names '${name}', which is not in the job${suggestion(name, names)}`);
  }
  for (const party of owners) {
    for (const { kind, rows } of tablesOf(job, party.name)) {
      if (data[party.name]?.[kind] !== undefined) continue;
      document.report(['data', party.name, kind], `is missing: the job says ${rows} rows`);
    }
    for (const { name, key, says } of ownProblems(declaredOf(job), job.data.label, tables[party.name] ?? {})) {
      document.report(['data', party.name, 'columns', name, ...(key === undefined ? [] : [key])], says);
    }
  }
  document.throwProblems('TREFOIL_CONFIG', 'the rehearsal');
  const privacy = { isStated: false, ledger: '', identity: '' };
  const ownerOf = (name: string): Rehearsed => {
    const [records, table] = [data[name] ?? {}, tables[name]];
    return {
      data: lastingData(records),
      ...(table === undefined ? {} : { table }),
      ...(records.keys === undefined ? {} : { keys: records.keys }),
      output: [],
      privacy,
    };
  };
  return {
    nodes: new Map(nodesOf(job).map((name) => [name, ownerOf(name)])),
    contributors: new Map((job.contributors ?? []).map(({ name }) => [name, ownerOf(name)])),
  };
}
