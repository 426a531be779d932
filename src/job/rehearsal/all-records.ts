/**
 * Everybody's records in one process: what no node may read, so that it exists for rehearsals and audits on one machine alone.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { everyColumn, holdingOf } from '../file/column-owners.ts';
import { type Job, type NodeConfig, ownersOf, type RowKind, totalRows } from '../file/job.ts';
import { isSplitByColumns } from '../file/row-counts.ts';
import { recordColumns } from '../node/filled-records.ts';
import { type OwnRecords, OwnTables } from '../node/own-records.ts';

/** Where the records of each owner lie, by its name. */
export type Holdings = ReadonlyMap<string, Pick<NodeConfig, 'data' | 'table'>>;

/** By owner, in the order of the job: parties, then contributors. */
export async function allRecords(job: Job, holdings: Holdings): Promise<OwnRecords[]> {
  return Promise.all(
    ownersOf(job).map(async ({ name }) => {
      const { data = {}, table } = holdings.get(name) ?? {};
      const tables = new OwnTables(job, { party: name, table }, data);
      const read = (kind: RowKind) => tables.read(kind);
      return { ...(await read('train')), ...(await read('test')), ...(await read('validation')) };
    }),
  );
}

/** Below each other, in the same order; where parties have different columns of the same rows, beside each other. */
export function joined(job: Job, owners: readonly OwnRecords[], kind: RowKind): Records {
  if (isSplitByColumns(job.parties)) return besideEachOther(job, owners, kind);
  const columns = recordColumns(job, everyColumn(job)).length;
  const parts = owners.flatMap((own) => own[kind] ?? []);
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const hasWeights = parts.some(({ weights }) => weights !== undefined);
  const all: Records = {
    features: new Float64Array(rows * columns),
    labels: new Float64Array(rows),
    ...(hasWeights ? { weights: new Float64Array(rows).fill(1) } : {}),
    rows,
    columns,
  };
  let row = 0;
  for (const part of parts) {
    all.features.set(part.features, row * columns);
    all.labels.set(part.labels, row);
    if (part.weights !== undefined) all.weights?.set(part.weights, row);
    row += part.rows;
  }
  return all;
}

function besideEachOther(job: Job, owners: readonly OwnRecords[], kind: RowKind): Records {
  const all = recordColumns(job, everyColumn(job));
  const placeOf = new Map(all.map(({ name }, column) => [name, column]));
  const [rows, columns] = [totalRows(job, kind), all.length];
  const features = new Float64Array(rows * columns);
  let labels = new Float64Array(rows);
  let weights: Float64Array | undefined;
  job.parties.forEach(({ name }, i) => {
    const own = owners[i]?.[kind];
    if (own === undefined) return;
    const holding = holdingOf(job, name);
    if (holding.hasLabel) [labels, weights] = [Float64Array.from(own.labels), own.weights];
    recordColumns(job, holding).forEach(({ name }, k) => {
      const column = placeOf.get(name) ?? 0;
      for (let row = 0; row < rows; row++) features[row * columns + column] = own.features[row * own.columns + k];
    });
  });
  return { features, labels, ...(weights === undefined ? {} : { weights }), rows, columns };
}
