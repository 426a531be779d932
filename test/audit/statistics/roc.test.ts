/** Scores whose ROC curve is known: two normal distributions, ties, none in common; and how often the intervals cover. */
import { describe, expect, it } from 'vitest';
import { Draws } from '../../../src/audit/models/draws.ts';
import { erfc } from '../../../src/audit/statistics/erfc.ts';
import { normalQuantile } from '../../../src/audit/statistics/normal.ts';
import { membershipScore, rocCounts } from '../../../src/audit/statistics/roc.ts';

const normals = (count: number, mean: number, draws: Draws) =>
  Float64Array.from({ length: count }, () => mean + draws.gaussian());
const cumulative = (z: number) => erfc(-z / Math.SQRT2) / 2;

it('knows the quantiles of the normal distribution', () => {
  expect(normalQuantile(0.5)).toBeCloseTo(0, 14);
  expect(normalQuantile(0.025)).toBeCloseTo(1.959963984540054, 12);
  expect(normalQuantile(1e-9)).toBeCloseTo(5.997807015007686, 10);
});

describe('by hand', () => {
  const found = membershipScore(Float64Array.of(0.9, 0.8, 0.8, 0.1), Float64Array.of(0.8, 0.3, 0.2, 0.1));

  it('counts ties together', () => {
    const counts = rocCounts(Float64Array.of(0.9, 0.8, 0.8, 0.1), Float64Array.of(0.8, 0.3, 0.2, 0.1));
    expect(counts.map(({ truePositives, falsePositives }) => [truePositives, falsePositives])).toEqual([
      [0, 0],
      [1, 0],
      [3, 1],
      [3, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(counts[2].threshold).toBe(0.8);
  });

  it('keeps the points at which the curve turns', () => {
    expect(
      found.points.map(({ falsePositiveRate, truePositiveRate }) => [falsePositiveRate, truePositiveRate]),
    ).toEqual([
      [0, 0],
      [0, 0.25],
      [0.25, 0.75],
      [0.75, 0.75],
      [1, 1],
    ]);
  });

  it('has area, advantage and rates', () => {
    // 0.9 beats 4; each 0.8 beats 3 and ties one; 0.1 ties one: of 16 pairs.
    expect(found.auc.value).toBe((4 + 3.5 + 3.5 + 0.5) / 16);
    expect(found.advantage.value).toBe(0.5);
    expect(found.balancedAccuracy.value).toBe(0.75);
    expect(found.ratesAt.map(({ limit, truePositiveRate: { value } }) => [limit, value])).toEqual([
      [0.001, 0.25],
      [0.01, 0.25],
    ]);
    // Four records bound nothing.
    expect(found.advantage.upper).toBe(1);
  });
});

it('finds the curve of two normal distributions', () => {
  const [count, shift] = [40_000, 1];
  const draws = new Draws('roc', 'normal');
  const { auc, ratesAt, advantage, balancedAccuracy } = membershipScore(
    normals(count, shift, draws),
    normals(count, 0, draws),
    1 - 1e-6,
  );
  const area = cumulative(shift / Math.SQRT2);
  expect(auc.lower).toBeLessThan(area);
  expect(auc.upper).toBeGreaterThan(area);
  expect(auc.upper - auc.lower).toBeLessThan(0.03);
  for (const { limit, truePositiveRate, falsePositiveRate } of ratesAt) {
    // The threshold itself is one of 40,000 scores: the rate at it may lie anywhere in its own interval.
    const most = cumulative(shift - normalQuantile(falsePositiveRate.upper));
    const least = cumulative(shift - normalQuantile(falsePositiveRate.lower));
    expect(falsePositiveRate.value).toBe(limit);
    expect(truePositiveRate.lower).toBeLessThan(most);
    expect(truePositiveRate.upper).toBeGreaterThan(least);
  }
  const best = 2 * cumulative(shift / 2) - 1;
  // Each curve is within sqrt(ln(2·10^6)/80,000) of the true one but for 10^-6.
  expect(Math.abs(advantage.value - best)).toBeLessThan(0.03);
  expect(advantage.upper).toBeGreaterThan(best);
  expect(balancedAccuracy.upper).toBe((1 + advantage.upper) / 2);
});

it('has intervals that cover as often as they say', () => {
  const [games, members, others, shift, confidence] = [1500, 60, 90, 0.7, 0.9];
  const draws = new Draws('roc', 'coverage');
  const area = cumulative(shift / Math.SQRT2);
  const advantage = 2 * cumulative(shift / 2) - 1;
  let [areas, advantages] = [0, 0];
  for (let game = 0; game < games; game++) {
    const found = membershipScore(normals(members, shift, draws), normals(others, 0, draws), confidence);
    areas += Number(found.auc.lower <= area && area <= found.auc.upper);
    advantages += Number(advantage <= found.advantage.upper);
  }
  // Six deviations of a count of games; the normal interval of so few records is short of its level by less than 2 %.
  const six = 6 * Math.sqrt((confidence * (1 - confidence)) / games);
  expect(Math.abs(areas / games - confidence)).toBeLessThan(six + 0.02);
  expect(advantages / games).toBeGreaterThan(confidence - six);
});

it('tells nothing of scores that say nothing', () => {
  const draws = new Draws('roc', 'null');
  const { auc } = membershipScore(normals(500, 0, draws), normals(500, 0, draws), 1 - 1e-6);
  expect(auc.lower).toBeLessThan(0.5);
  expect(auc.upper).toBeGreaterThan(0.5);
});

it('has no interval where nothing overlaps, and says so by its length', () => {
  const { auc, ratesAt } = membershipScore(Float64Array.of(3, 4), Float64Array.of(1, 2));
  expect(auc).toEqual({ value: 1, lower: 1, upper: 1 });
  // Both rates keep theirs, which are exact.
  expect(ratesAt[0].truePositiveRate.lower).toBeCloseTo(Math.sqrt(0.025), 12);
});

it('refuses scores that are no numbers', () => {
  expect(() => membershipScore(Float64Array.of(Number.NaN), Float64Array.of(1))).toThrow('finite');
  expect(() => membershipScore(new Float64Array(0), Float64Array.of(1))).toThrow('members');
});
