/** Poisson sampling: the distribution of what an owner enters, and what becomes of more rows than there is room for. */
import { describe, expect, it } from 'vitest';
import { RowSampler } from '../../src/privacy/noise/row-sampler.ts';

const seeded = (byte: number) => new Uint8Array(32).fill(byte);
const RATE = { expected: 30, rows: 900 };

/** How often each row is taken in `steps` steps, and how many rows a step takes. */
function taken(sampler: RowSampler, own: number, capacity: number, steps: number) {
  const rows = new Float64Array(own);
  const sizes: number[] = [];
  for (let step = 0; step < steps; step++) {
    const sample = sampler.sample(capacity);
    expect(new Set(sample).size).toBe(sample.length);
    for (const row of sample) rows[row]++;
    sizes.push(sample.length);
  }
  return { rows, sizes };
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

describe('sampling', () => {
  const own = 300;
  const steps = 20_000;
  const rate = RATE.expected / RATE.rows;

  it('takes each row by itself, at the rate of the job', () => {
    const { rows, sizes } = taken(new RowSampler(RATE, own, seeded(1)), own, own, steps);
    const [expected, deviation] = [steps * rate, Math.sqrt(steps * rate * (1 - rate))];
    // Six deviations for each of 300 rows: false alarm below 1e-6.
    for (const count of rows) expect(Math.abs(count - expected)).toBeLessThan(6 * deviation);
    const average = mean(sizes);
    const variance = mean(sizes.map((size) => (size - own * rate) ** 2));
    const exact = own * rate * (1 - rate);
    expect(Math.abs(average - own * rate)).toBeLessThan(6 * Math.sqrt(exact / steps));
    expect(Math.abs(variance / exact - 1)).toBeLessThan(6 * Math.sqrt(2.2 / steps));
  });

  it('leaves out any of the rows that exceed the capacity, all alike', () => {
    const capacity = 8;
    const { rows, sizes } = taken(new RowSampler(RATE, own, seeded(2)), own, capacity, steps);
    expect(Math.max(...sizes)).toBe(capacity);
    const expected = mean(rows);
    for (const count of rows) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
  });

  it('takes all rows at rate 1, none where there are none', () => {
    const sampler = new RowSampler({ expected: 5, rows: 5 }, 5, seeded(3));
    expect([...sampler.sample(5)]).toEqual([0, 1, 2, 3, 4]);
    expect(new RowSampler(RATE, 0, seeded(3)).sample(4)).toHaveLength(0);
  });

  it('is drawn from a seed of its own in each run', () => {
    const draw = (sampler: RowSampler) => Array.from({ length: 10 }, () => [...sampler.sample(own)]);
    expect(draw(new RowSampler(RATE, own, seeded(4)))).toEqual(draw(new RowSampler(RATE, own, seeded(4))));
    expect(draw(new RowSampler(RATE, own))).not.toEqual(draw(new RowSampler(RATE, own)));
  });
});
