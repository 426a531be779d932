/**
 * A job with pooled fills as an audit attacks it: with the fills that its records give, known beforehand, and with records that are columns of the model.
 * @module
 */
import { fillOutput } from '../../plan/outputs/fills.ts';
import { FILL_BASE, FILL_INPUTS, middleDigit } from '../../plan/training/fills.ts';
import type { Revealed } from '../../runtime/node.ts';
import { everyColumn, holdingOf } from '../file/column-owners.ts';
import type { Job } from '../file/job.ts';
import { filledRecords, filledWith } from '../node/filled-records.ts';
import { fillsOf, pooledOf } from '../node/fills.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { joined } from '../rehearsal/all-records.ts';

/** The same job and records where there is nothing to fill. `owners` in the order of the job. */
export function withKnownFills(
  job: Job,
  owners: readonly OwnRecords[],
): { readonly job: Job; readonly owners: readonly OwnRecords[] } {
  const pooled = pooledOf(job);
  if (pooled.length === 0) return { job, owners };
  const fills = fillsOf(pooled, opened(job, owners));
  // Its columns are numbers as they stand.
  const { schema, ...data } = job.data;
  const filled = owners.map((own, i): OwnRecords => {
    const holding = holdingOf(job, job.parties[i].name);
    return Object.fromEntries(
      Object.entries(own).map(([kind, records]) => [kind, filledWith(job, holding, records, fills)]),
    );
  });
  return { job: { ...job, data, reveal: { ...job.reveal, fills: [] } }, owners: filled };
}

/** What the parties would open. */
function opened(job: Job, owners: readonly OwnRecords[]): Revealed {
  const pooled = pooledOf(job);
  const { entries } = filledRecords(job, everyColumn(job), joined(job, owners, 'train'));
  const revealed = new Map<string, Float64Array>();
  for (const input of FILL_INPUTS) {
    const entered = entries(input, revealed);
    const found = pooled.map(({ name, fill }, i) => {
      const row = entered.subarray(i * FILL_BASE, (i + 1) * FILL_BASE);
      const reached = row.subarray(0, -1).filter((sum) => sum >= 0).length;
      const before = revealed.get(fillOutput(fill, name))?.[0] ?? 0;
      return before * FILL_BASE + (row[FILL_BASE - 1] < job.data.leastRows ? middleDigit(input) : reached);
    });
    pooled.forEach(({ name, fill }, i) => {
      revealed.set(fillOutput(fill, name), Float64Array.of(found[i]));
    });
  }
  return revealed;
}
