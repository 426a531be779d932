/**
 * What a job opens, to whom and over how many rows, and what lets the model out: the same words before a run and in `trefoil plan`.
 * @module
 */

import { keysToAlign } from '../../job/alignment/aligned-job.ts';
import type { Job } from '../../job/file/job.ts';
import { hasColumns, isSplitByColumns, rowsByOwner, totalsOf } from '../../job/file/row-counts.ts';
import { LEAST_ROWS } from '../../job/file/schema.ts';
import type { Plan } from '../../plan/plan.ts';
import { openingsOf } from '../../plan/quote/openings.ts';

/** How a job ends, protects and releases its model: what every party should know of it. */
export function termLines(job: Job, { training, roles }: Plan): string[] {
  const { privacy, audit, data } = job;
  const { earlyStopping } = job.training;
  return [
    ...alignmentLines(job),
    ...contributorLines(job, roles.evaluators),
    ...(earlyStopping === undefined
      ? []
      : [`early stopping may end it sooner: what follows is for all ${training.epochs} epochs`]),
    ...(privacy === undefined ? [] : [privacyLine(privacy)]),
    ...(audit === undefined ? [] : [gateLine(job, audit)]),
    ...(data.leastRows < LEAST_ROWS
      ? [
          `data.leastRows: ${data.leastRows}: what is opened may be over as few rows; ${LEAST_ROWS} is what a job has by default`,
        ]
      : []),
  ];
}

/** Whose rows come from elsewhere, and how. */
function contributorLines({ contributors = [] }: Job, evaluators: readonly string[]): string[] {
  return contributors.map(
    ({ name, train, test, validation }) =>
      `${name} runs no node: its rows (${[train, test, ...(validation > 0 ? [validation] : [])].join(' + ')}) enter as shares, of which ${evaluators.join(' and ')} have one each`,
  );
}

/** What comes before the run, where rows have to be found. */
function alignmentLines(job: Job): string[] {
  const rules = keysToAlign(job);
  if (rules === undefined) return [];
  const owners = job.parties.filter(hasColumns).map(({ name }) => name);
  const { train, test, validation } = totalsOf(job);
  const keys = Object.keys(rules.keys).join(', ');
  return [
    `first ${owners.join(', ')} find by ${keys} which rows they have in common: each learns which of its own these are, and all learn how many; ` +
      `${train + test + validation} are the most, with which it is planned here`,
  ];
}

/** A line for each opening. */
export function openingLines(job: Job, plan: Plan): string[] {
  const isSplit = isSplitByColumns(job.parties);
  return openingsOf(plan, rowsByOwner(job)).map(({ what, to, numbers, times, rows, ofRows, owners }) => {
    const count = `${numbers > 1 ? ` (${numbers} numbers)` : ''}${times > 1 ? `, ${times} times` : ''}`;
    const parts = Object.entries(owners).flatMap(([name, own]) => (own > 0 ? [isSplit ? name : `${name} ${own}`] : []));
    const from = rows < ofRows ? `${rows} of ${ofRows} rows` : `${rows} rows`;
    const whose = isSplit ? `columns of ${parts.join(', ')}` : parts.join(', ');
    return `${what}${count}, over ${from} (${whose}): ${to.join(', ')}`;
  });
}

/** What lets the model out. */
function gateLine({ privacy }: Job, { maxMembershipAdvantage, auditor }: NonNullable<Job['audit']>): string {
  const measured = auditor === undefined ? 'counted on shares' : `found by ${auditor}, who gets the model first`;
  const how = privacy === undefined ? measured : 'proved by the privacy budget';
  return `the model leaves only where a membership attack reaches an advantage of at most ${maxMembershipAdvantage}, ${how}`;
}

function privacyLine({ epsilon, delta, clip, sampling }: NonNullable<Job['privacy']>): string {
  const rows = {
    poisson: 'batches sampled by their owners',
    full: 'all rows in each step',
    public: 'batches in public order',
  };
  return `differentially private: ε = ${epsilon}, δ = ${delta}; ${rows[sampling]}; gradients of rows clipped to ${clip}`;
}
