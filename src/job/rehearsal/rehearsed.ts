/**
 * What a rehearsal takes of the configuration of a node.
 * @module
 */

import { throwProblems } from '../../data/document.ts';
import { suggestion } from '../../data/nearest.ts';
import { type Job, type NodeConfig, nodesOf } from '../file/job.ts';
import { tablesOf } from '../file/row-split.ts';
import { lastingData, type PartyData } from '../node/data-files.ts';

/** Data, output and ledger: keys, peers and addresses are made for the rehearsal. */
export type Rehearsed = Pick<NodeConfig, 'data' | 'table' | 'dataSet' | 'keys' | 'output' | 'privacy'>;

/** All nodes of a job with these records, which keep no ledger. Throws `TREFOIL_CONFIG` with every party whose records are missing or unknown. */
export function nodesWith(job: Job, data: Readonly<Record<string, PartyData>>): Map<string, Rehearsed> {
  const names = job.parties.map(({ name }) => name);
  const problems = Object.keys(data)
    .filter((name) => !names.includes(name))
    .map((name) => `data names '${name}', which is not in the job${suggestion(name, names)}`);
  for (const party of job.parties) {
    for (const { kind, rows } of tablesOf(job, party.name)) {
      if (data[party.name]?.[kind] !== undefined) continue;
      problems.push(`data.${party.name}.${kind} is missing: the job says ${rows} rows`);
    }
  }
  throwProblems('TREFOIL_CONFIG', 'the rehearsal', problems);
  const privacy = { isStated: false, ledger: '', identity: '' };
  return new Map(nodesOf(job).map((name) => [name, { data: lastingData(data[name] ?? {}), output: [], privacy }]));
}
