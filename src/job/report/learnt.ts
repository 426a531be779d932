/**
 * What each party learnt in a run, beside its own records.
 * @module
 */
import type { OpeningNotice } from '../../plan/quote/openings.ts';
import { keysToAlign } from '../alignment/aligned-job.ts';
import type { Job } from '../file/job.ts';

const ALIGNED = 'how many rows the owners of columns have in common, and each of them which of its own';

/** By party: the outputs that the job names it for, and what it hears of aligned rows. */
export function learntBy(job: Job, openings: readonly OpeningNotice[]): Record<string, string[]> {
  return Object.fromEntries(
    job.parties.map(({ name }) => [
      name,
      [
        ...(keysToAlign(job) === undefined ? [] : [ALIGNED]),
        ...openings
          .filter(({ to }) => to.includes(name))
          .map(({ what, numbers, times }) => {
            const count = numbers === 1 ? '' : ` (${numbers} numbers)`;
            return `${what}${count}${times === 1 ? '' : `, ${times} times`}`;
          }),
      ],
    ]),
  );
}
