/**
 * How finely numbers are known, where a reader meets them.
 * @module
 */
import { significant, upperBound } from '../../data/figures.ts';
import type { Job } from '../../job/file/job.ts';
import { resolutionOf, resolvedDeviations } from '../../job/report/resolution.ts';
import { REPORTED_LOSSES } from '../../plan/outputs/catalogue.ts';
import type { Plan } from '../../plan/plan.ts';

const DIGITS = 2;

/** A number that is known to within what is resolved; where that is as much as the number itself, what the true one does not exceed. */
export const withinResolved = (value: number, resolved = 0): string =>
  value > resolved ? significant(value) : `${upperBound(value + resolved, DIGITS)} or below`;

/** What a plan resolves, a line each. */
export function resolutionLines(job: Job, plan: Plan): string[] {
  const resolution = resolutionOf(job, plan);
  const known = [
    ...REPORTED_LOSSES,
    { key: 'prediction', words: 'a weight of a target, in the units of data.target' },
  ] as const;
  const lines = known.flatMap(({ key, words }) => {
    const resolved = resolution[key];
    return resolved === undefined ? [] : [`${words}: ${significant(resolved, DIGITS)}`];
  });
  return job.data.standardise === 'moments' ? [...lines, deviations(job)] : lines;
}

/** Relative to the range it is the same for all. */
function deviations(job: Job): string {
  const [{ low, high }] = job.data.features;
  const [deviation] = resolvedDeviations(job);
  return `deviation of a feature: ${significant(deviation / (high - low), DIGITS)} of its declared range`;
}
