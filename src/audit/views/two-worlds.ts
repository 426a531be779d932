/**
 * The two-world game: runs on one set of records and runs on another; a classifier learns on some which is which, and is asked about others.
 *
 * The classifier is that of nearest shrunken centroids (Tibshirani, Hastie, Narasimhan, Chu 2002): it weighs each feature by how surely its
 * means differ and leaves out those that chance alone would part as far. It finds one telling feature among thousands, and many weak ones together.
 * @module
 */
import { invariant } from '../../errors.ts';
import { type Estimate, rateEstimate } from '../statistics/clopper-pearson.ts';

/** For each run of a world, its features. */
export type Runs = readonly Float64Array[];

/**
 * 2·accuracy − 1 on the second half of the runs, learnt on the first. Runs have keys of their own, so each is a trial of its own: the interval
 * is exact (with unequal chances of the two worlds it is wider than needed, Hoeffding 1956).
 */
export function distinguisherAdvantage(worldA: Runs, worldB: Runs, confidence: number): Estimate {
  invariant(worldA.length === worldB.length && worldA.length >= 4, 'the worlds have equally many runs, four at least');
  const half = Math.floor(worldA.length / 2);
  const isOfA = classifier(worldA.slice(0, half), worldB.slice(0, half));
  const [testA, testB] = [worldA.slice(half), worldB.slice(half)];
  const right = testA.filter(isOfA).length + testB.filter((run) => !isOfA(run)).length;
  const accuracy = rateEstimate(right, testA.length + testB.length, confidence);
  const advantage = (rate: number) => 2 * rate - 1;
  return { value: advantage(accuracy.value), lower: advantage(accuracy.lower), upper: advantage(accuracy.upper) };
}

interface Centroids {
  readonly middle: number;
  /** By how many deviations of their difference the two means are apart, over the deviation of the feature. */
  readonly weight: number;
  readonly t: number;
}

function classifier(worldA: Runs, worldB: Runs): (run: Float64Array) => boolean {
  const features = worldA[0].length;
  const all = Array.from({ length: features }, (_, j) => centroidsOf(worldA, worldB, j));
  // What the largest of so many normal variables reaches.
  const chance = Math.sqrt(2 * Math.log(Math.max(2, features)));
  const largest = all.reduce((most, { t }) => Math.max(most, t), 0);
  const threshold = Math.min(chance, largest);
  const telling = all.map((centroids, j) => ({ ...centroids, j })).filter(({ t }) => t > 0 && t >= threshold);
  return (run) => telling.reduce((score, { j, middle, weight }) => score + weight * (run[j] - middle), 0) >= 0;
}

function centroidsOf(worldA: Runs, worldB: Runs, j: number): Centroids {
  const [a, b] = [moments(worldA, j), moments(worldB, j)];
  const difference = a.mean - b.mean;
  const middle = (a.mean + b.mean) / 2;
  if (difference === 0) return { middle, weight: 0, t: 0 };
  // A feature that is constant in each world and differs tells for sure: it outweighs all others.
  const deviation = Math.max(Math.sqrt((a.variance + b.variance) / 2), 1e-9 * Math.abs(difference));
  const t = difference / (deviation * Math.sqrt(1 / worldA.length + 1 / worldB.length));
  return { middle, weight: t / deviation, t: Math.abs(t) };
}

function moments(runs: Runs, j: number): { readonly mean: number; readonly variance: number } {
  const mean = runs.reduce((sum, run) => sum + run[j], 0) / runs.length;
  return { mean, variance: runs.reduce((sum, run) => sum + (run[j] - mean) ** 2, 0) / (runs.length - 1) };
}
