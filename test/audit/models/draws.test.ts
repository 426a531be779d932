/** Draws: the same for a seed, another for each label, and distributed as they say. */
import { expect, it } from 'vitest';
import { Draws } from '../../../src/audit/models/draws.ts';
import { erfc } from '../../../src/audit/statistics/erfc.ts';

const COUNT = 50_000;
const of = (draw: (draws: Draws) => number, label = 'values') => {
  const draws = new Draws('seed', label);
  return Float64Array.from({ length: COUNT }, () => draw(draws));
};

/** Largest distance of an empirical distribution from the true one, times √count: above 2.7 with a probability of 1e-6 (Kolmogorov). */
function distance(values: Float64Array, cumulative: (x: number) => number): number {
  const largest = values
    .toSorted()
    .reduce((most, x, i) => Math.max(most, (i + 1) / COUNT - cumulative(x), cumulative(x) - i / COUNT), 0);
  return largest * Math.sqrt(COUNT);
}

it('repeats itself for a seed and a label alone', () => {
  const first = of((draws) => draws.uniform());
  expect(of((draws) => draws.uniform())).toEqual(first);
  expect(of((draws) => draws.uniform(), 'others')).not.toEqual(first);
});

it('is uniform, normal, fair', () => {
  expect(
    distance(
      of((draws) => draws.uniform()),
      (x) => x,
    ),
  ).toBeLessThan(2.7);
  expect(
    distance(
      of((draws) => draws.gaussian()),
      (x) => erfc(-x / Math.SQRT2) / 2,
    ),
  ).toBeLessThan(2.7);
  const heads = of((draws) => Number(draws.coin())).reduce((sum, x) => sum + x, 0);
  expect(Math.abs(heads - COUNT / 2)).toBeLessThan(5 * Math.sqrt(COUNT / 4));
});

it('orders rows at random, each once', () => {
  const draws = new Draws('seed', 'order');
  const firsts = new Float64Array(5);
  for (let i = 0; i < 5000; i++) {
    const order = draws.order(5);
    expect(order.toSorted()).toEqual(Uint32Array.of(0, 1, 2, 3, 4));
    firsts[order[0]]++;
  }
  for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(6 * Math.sqrt(800));
});
