/**
 * What a job asks of the privacy budget of the records that it uses.
 * @module
 */

import { commitmentsOf } from '../../data/source.ts';
import { type LedgerRequest, RECORD } from '../../privacy/ledger/budget.ts';
import type { DataSet } from '../../privacy/ledger/ledger.ts';
import type { Job, NodeConfig } from '../file/job.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { unitOf } from '../file/privacy.ts';
import { tablesOf } from '../file/row-split.ts';
import { columnsRead } from './records-wanted.ts';

/** The same for every party; a job without a guarantee spends without bound. */
export function releasesOf({ job, privacy, digests }: PlannedJob): Omit<LedgerRequest, 'dataSets'> {
  const what = { name: job.name, digest: digests.job };
  if (job.privacy === undefined || privacy === undefined) return { job: what, unit: RECORD, events: 'unbounded' };
  const { epsilon, delta } = job.privacy;
  return { job: what, guarantee: { epsilon, delta }, unit: unitOf(job.privacy), events: [...privacy.events] };
}

/** The rows of this node that the job uses. Reads their files. */
export async function dataSetsOf(
  config: Pick<NodeConfig, 'node' | 'data' | 'dataSet' | 'table'>,
  job: Job,
): Promise<DataSet[]> {
  const name = config.dataSet === undefined ? {} : { name: config.dataSet };
  const dataSets: DataSet[] = [];
  const { heldOut } = job.data;
  for (const { kind: data, rows } of tablesOf(job, config.node)) {
    const file = config.data[data];
    if (file === undefined) continue;
    const columns = columnsRead(job, config.node, config.table, data);
    const commitments = await commitmentsOf(file, columns);
    // Rows of which some are held out once they are found are in either part.
    const others = heldOut === undefined ? [] : (['test', 'validation'] as const).filter((kind) => heldOut[kind] > 0);
    for (const kind of [data, ...others]) dataSets.push({ data: kind, ...name, ...commitments, rows });
  }
  return dataSets;
}
