/**
 * The job that parties train once they know which rows they have in common.
 * @module
 */
import { chosenRecords } from '../../audit/models/chosen-records.ts';
import { TrefoilError } from '../../errors.ts';
import type { AlignmentRules } from '../file/alignment-schema.ts';
import type { Job } from '../file/job.ts';
import type { JobDescription } from '../file/job-description.ts';
import { jobFrom } from '../file/job-file.ts';
import { type PlannedJob, planJob } from '../file/planned-job.ts';
import { hasColumns, heldOutRows, isSplitByColumns, type RowCounts, type RowKind } from '../file/row-counts.ts';
import { writtenJob } from '../file/written-job.ts';
import type { OwnRecords } from '../node/own-records.ts';

/** The keys by which the rows of such a job are found. Nothing: there is nothing to find before its run. */
export function keysToAlign({ parties, data }: Job): AlignmentRules | undefined {
  const { alignment } = data;
  if (!isSplitByColumns(parties) || alignment === undefined || alignment === 'same-order') return undefined;
  // Of two owners of columns, the third party is not asked for rows.
  return { ...alignment, find: parties.every(hasColumns) ? 'all' : 'pairs' };
}

/** Rows of a party's own file of one kind, in the order that all parties have in common. */
export interface PlacedRows {
  readonly file: RowKind;
  readonly rows: Uint32Array;
}

/** By the kind that they are used as. */
export type AlignedRows = { readonly [K in RowKind]?: PlacedRows };

/** What is done with the rows that were found in the files of each kind. Their order is random, so that the first ones are a sample of them. */
export function usedRows({ data }: Job, found: ReadonlyMap<RowKind, Uint32Array>): AlignedRows {
  const { heldOut } = data;
  if (heldOut === undefined) {
    return Object.fromEntries([...found].map(([kind, rows]) => [kind, { file: kind, rows }]));
  }
  const rows = found.get('train') ?? new Uint32Array(0);
  const { test, validation } = heldOutRows(rows.length, heldOut);
  return {
    test: { file: 'train', rows: rows.subarray(0, test) },
    validation: { file: 'train', rows: rows.subarray(test, test + validation) },
    train: { file: 'train', rows: rows.subarray(test + validation) },
  };
}

export const countsOf = (rows: AlignedRows): RowCounts => ({
  train: rows.train?.rows.length ?? 0,
  test: rows.test?.rows.length ?? 0,
  validation: rows.validation?.rows.length ?? 0,
});

/** A party's own records, in the order that all have in common. */
export function alignedRecords(own: OwnRecords, aligned: AlignedRows): OwnRecords {
  return Object.fromEntries(
    Object.entries(aligned).flatMap(([kind, { file, rows }]) => {
      const all = own[file];
      if (all === undefined || rows.length === 0) return [];
      return [[kind, chosenRecords(all, rows)]];
    }),
  );
}

/** What to do where rows that should be found are not. */
const COMPARE =
  'compare the keys of all parties, and what data.alignment ignores in them: an identifier that is written in another way is another one';

/** No row, or fewer than a number that is opened has to be over. */
function tooFew({ data }: Job, counts: RowCounts): string[] {
  if (counts.train === 0) return [`no training row is at all of them: ${COMPARE}`];
  return (Object.entries(counts) as [RowKind, number][]).flatMap(([kind, rows]) =>
    rows > 0 && rows < data.leastRows
      ? [`${rows} ${kind} rows are at all of them, and data.leastRows asks for ${data.leastRows}: ${COMPARE}`]
      : [],
  );
}

/**
 * The job on as many rows as were found, of which every party has all. With `sampling: full` its batch becomes all of them. Throws `TREFOIL_JOB` where
 * these are too few for it.
 */
export function alignedJob(job: Job, counts: RowCounts): Job {
  const { heldOut, ...data } = job.data;
  const [north, east, south] = job.parties.map((party) => (hasColumns(party) ? { ...party, ...counts } : party));
  const batch = job.privacy?.sampling === 'full' ? Math.max(1, counts.train) : job.training.batch;
  const few = tooFew(job, counts);
  if (few.length > 0) {
    throw new TrefoilError('TREFOIL_JOB', 'the parties have too few rows in common:', { problems: few });
  }
  const aligned: Job = { ...job, data, parties: [north, east, south], training: { ...job.training, batch } };
  try {
    return jobFrom(writtenJob(aligned) as JobDescription);
  } catch (error) {
    if (!(error instanceof TrefoilError)) throw error;
    const found = `${counts.train} training rows, ${counts.test} test rows and ${counts.validation} validation rows`;
    throw new TrefoilError('TREFOIL_JOB', `the rows that the parties have in common do not fit the job: ${found}`, {
      problems: error.problems,
    });
  }
}

/** The same, planned. It keeps the digest of the job that all parties agreed on. */
export function planAligned({ job, digests }: PlannedJob, counts: RowCounts): PlannedJob {
  const planned = planJob(alignedJob(job, counts));
  return { ...planned, digests: { ...planned.digests, job: digests.job } };
}
