/**
 * Records for a job, within its ranges.
 * @module
 */
import { Draws } from '../../src/audit/models/draws.ts';
import type { Records } from '../../src/data/records.ts';
import type { Job } from '../../src/job/file/job.ts';
import type { OwnRecords } from '../../src/job/node/own-records.ts';

/** By party, the same every time. */
export function madeUpRecords({ data, parties }: Job): Map<string, OwnRecords> {
  const draws = new Draws('made-up records', 'records');
  const columns = data.features.length;
  const rows = (count: number): Records => ({
    features: Float64Array.from({ length: count * columns }, (_, i) => {
      const { low, high } = data.features[i % columns];
      return low + (high - low) * draws.uniform();
    }),
    labels: Float64Array.from({ length: count }, () => draws.below(data.classes?.length ?? 2)),
    rows: count,
    columns,
  });
  return new Map(parties.map(({ name, train, test }) => [name, { train: rows(train), test: rows(test) }]));
}
