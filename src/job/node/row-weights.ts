/**
 * The weights of an owner's training rows: that of its column, times that of its class.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { invariant } from '../../errors.ts';
import { CLASS_COUNTS } from '../../plan/outputs/class-counts.ts';
import type { Revealed } from '../../runtime/node.ts';
import { classesOf, type Job } from '../file/job.ts';
import { MOST_BALANCED } from '../file/row-weights.ts';

/** How many rows there are of each class. */
export function classCounts(job: Job, { labels }: Records): Float64Array {
  const counts = new Float64Array(classesOf(job)?.length ?? 0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** rows / (classes · rows of the class), up to the most; 0 for a class that no row has. */
function balanced(counts: Float64Array): Float64Array {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count <= 0 ? 0 : Math.min(MOST_BALANCED, rows / (counts.length * count))));
}

/** By class; undefined where classes count alike. */
export function classFactors(job: Job, revealed: Revealed): Float64Array | undefined {
  const { classWeights } = job.training;
  if (classWeights === undefined) return undefined;
  if (classWeights === 'balanced') {
    const counts = revealed.get(CLASS_COUNTS);
    invariant(counts !== undefined, 'class counts have been revealed');
    return balanced(counts);
  }
  return Float64Array.from(classesOf(job) ?? [], (name) => classWeights[String(name)]);
}

/** What each row's loss is multiplied by. */
export function rowWeights(job: Job, { labels, weights }: Records, revealed: Revealed): Float64Array {
  const factors = classFactors(job, revealed);
  return labels.map((label, i) => (weights?.[i] ?? 1) * (factors?.[label] ?? 1));
}
