/**
 * What to change in a job that can not be planned, found by trying: every change that is named gives a plan.
 *
 * Which key is at fault can not be told from the value that does not fit: its bound comes from the data, the rate, the rows and the scale together. So
 * each key is moved step by step, in both directions, and the nearest value with which the job is planned is told.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import { fitsBounds } from './bounds.ts';
import type { Job } from './job.ts';
import { type Ladder, laddersOf, type Rung } from './ladders.ts';
import { totalsOf } from './row-counts.ts';

/** For how long changes are tried, in milliseconds. */
const PATIENCE = 3000;
/** So many changes to choose from are enough. */
const ENOUGH = 4;
/** Keys that decide what a private job releases, and how often. */
const RELEASES = /^reveal\.|^training\.(?:epochs|batch)$/;
/** Of two keys at once, the changes of each that are tried: a near one, further ones, and the last. */
const PAIRED = [2, 4, 6, 8];
/** Pairs of those changes, the nearest first. */
const PAIRS = PAIRED.flatMap((one) => PAIRED.map((other) => [one, other] as const)).sort(
  (a, b) => a[0] + a[1] - b[0] - b[1],
);

/**
 * The refusal of a job, with what it can be planned with. `plans` makes a plan, and throws `TREFOIL_PLAN` where it can not; a job that is
 * refused with another code is no remedy. Its noise is that of the job, so no change is tried that would need other noise.
 */
export function withRemedies(job: Job, refusal: TrefoilError, plans: (job: Job) => unknown): TrefoilError {
  const end = performance.now() + PATIENCE;
  const isOver = () => performance.now() > end;
  const works = (changed: Job) => {
    if (!isAllowed(changed)) return false;
    try {
      plans(changed);
      return true;
    } catch (error) {
      if (error instanceof TrefoilError) return false;
      throw error;
    }
  };
  // With other releases a private job needs other noise, which takes long to find.
  const isTried = ({ key, rungs }: Ladder) => rungs.length > 0 && (job.privacy === undefined || !RELEASES.test(key));
  const ladders = laddersOf(job).filter(isTried);
  const single = singleRemedies(job, ladders, works, isOver);
  const found = single.length > 0 ? single : pairedRemedies(job, ladders, works, isOver);
  const cut = isOver() ? ` (of what was tried within ${PATIENCE / 1000} s)` : '';
  const keys = [...new Set(ladders.map(({ key }) => key))].join(', ');
  const advice =
    found.length > 0
      ? `it can be planned with ${found.join('; or ')}${cut}`
      : `no change of one or two of its keys was found that helps${cut}: ${keys}`;
  return new TrefoilError('TREFOIL_PLAN', `the job can not be planned: ${refusal.message}; ${advice}`, {
    cause: refusal,
  });
}

type Works = (job: Job) => boolean;

/** The nearest working change of each ladder: all of the first ones, then all of the second ones, until there are enough. */
function singleRemedies(job: Job, ladders: readonly Ladder[], works: Works, isOver: () => boolean): string[] {
  const found = new Map<Ladder, string>();
  const longest = Math.max(0, ...ladders.map(({ rungs }) => rungs.length));
  for (let step = 0; step < longest && found.size < ENOUGH; step++) {
    for (const ladder of ladders) {
      if (isOver()) break;
      const rung = found.has(ladder) ? undefined : ladder.rungs.at(step);
      if (rung !== undefined && works(rung.apply(job))) found.set(ladder, rung.says);
    }
  }
  return ladders.flatMap((ladder) => found.get(ladder) ?? []);
}

/** One change of two keys together. */
function pairedRemedies(job: Job, ladders: readonly Ladder[], works: Works, isOver: () => boolean): string[] {
  const tried = new Set<string>();
  for (const [one, other] of PAIRS) {
    for (const [i, first] of ladders.entries()) {
      for (const second of ladders.slice(0, i)) {
        if (isOver()) return [];
        const [a, b] = [rungAt(first, one), rungAt(second, other)];
        const says = `${a.says} and ${b.says} together`;
        if (first.key === second.key || tried.has(says)) continue;
        tried.add(says);
        if (works(b.apply(a.apply(job)))) return [says];
      }
    }
  }
  return [];
}

const rungAt = ({ rungs }: Ladder, step: number): Rung => rungs[Math.min(step, rungs.length - 1)];

/** What rules between keys ask of a changed job. */
function isAllowed(job: Job): boolean {
  const { training, data, privacy, reveal } = job;
  const rows = totalsOf(job).train;
  const { batch, epochs } = training;
  const opened = epochs === 1 ? batch * Math.floor(rows / batch) : rows;
  if (batch > rows || opened < data.leastRows) return false;
  if (privacy?.sampling === 'full' && batch !== rows) return false;
  if (reveal.trainingLoss.length > 0 && batch < data.leastRows) return false;
  return fitsBounds(training, rows);
}
