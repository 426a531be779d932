/**
 * Whether counts fit what is expected of them.
 * @module
 */

/** Pearson's statistic as a normal deviate (Wilson and Hilferty, 1931). */
export function chiSquaredDeviate(counts: Float64Array, expected: Float64Array): number {
  const statistic = counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);
  const freedom = counts.length - 1;
  return (Math.cbrt(statistic / freedom) - 1 + 2 / (9 * freedom)) / Math.sqrt(2 / (9 * freedom));
}
