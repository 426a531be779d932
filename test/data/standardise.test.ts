import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureRange } from '../../src/data/feature-range.ts';
import type { Records } from '../../src/data/records.ts';
import {
  localMoments,
  momentScaling,
  rangeScaling,
  squaresAbout,
  standardise,
  unitScaling,
} from '../../src/data/standardise.ts';

const features: readonly FeatureRange[] = [
  { name: 'a', low: 0, high: 50 },
  { name: 'b', low: -3, high: 7 },
  { name: 'constant', low: 0, high: 8 },
];

function records(rows: readonly (readonly number[])[]): Records {
  const [columns, labels] = [features.length, new Float64Array(rows.length)];
  return { features: Float64Array.from(rows.flat()), labels, rows: rows.length, columns };
}

/** The scaling that parties with these records arrive at together. */
function jointScaling(parties: readonly Records[]) {
  const scaling = rangeScaling(features);
  const count = parties.reduce((sum, { rows }) => sum + rows, 0);
  const pooled = (local: (party: Records) => Float64Array) =>
    features.reduce((means, _, j) => {
      means[j] = parties.reduce((sum, party) => sum + local(party)[j], 0) / count;
      return means;
    }, new Float64Array(features.length));
  const means = pooled((party) => localMoments(party, scaling).sums);
  const variances = pooled((party) => squaresAbout(localMoments(party, scaling), means));
  return momentScaling(scaling, { means, variances, resolved: new Float64Array(features.length) });
}

describe('rangeScaling', () => {
  it('maps the ends of each range to -1 and 1', () => {
    const scaling = rangeScaling(features);
    const ends = records([features.map(({ low }) => low), features.map(({ high }) => high)]);
    expect([...standardise(ends, scaling, 1)]).toEqual([-1, -1, -1, 1, 1, 1]);
  });

  it('survives the widest range there is', () => {
    const widest = [{ name: 'x', low: -Number.MAX_VALUE, high: Number.MAX_VALUE }];
    expect(rangeScaling(widest)).toEqual({ centre: Float64Array.of(0), scale: Float64Array.of(Number.MAX_VALUE) });
  });
});

describe('unitScaling', () => {
  it('maps the ends of each range to 0 and 1, and sixteenths to themselves', () => {
    const scaling = unitScaling(features);
    const ends = records([features.map(({ low }) => low), features.map(({ high }) => high)]);
    expect([...standardise(ends, scaling, 1, 0)]).toEqual([0, 0, 0, 1, 1, 1]);
    const pixel = unitScaling([{ name: 'pixel', low: 0, high: 16 }]);
    const values = standardise({ features: Float64Array.of(1, 8, 15), columns: 1 }, pixel, 1, 0);
    expect([...values]).toEqual([1 / 16, 1 / 2, 15 / 16]);
  });
});

describe('joint moments', () => {
  const row = fc.tuple(
    fc.double({ min: 0, max: 50, noNaN: true }),
    fc.double({ min: -3, max: 7, noNaN: true }),
    fc.constant(2),
  );
  const party = fc.array(row, { maxLength: 20 });

  it('give the pooled mean and population variance, however the rows are split', () => {
    fc.assert(
      fc.property(fc.tuple(party, party, fc.array(row, { minLength: 1, maxLength: 20 })), (parties) => {
        const { centre, scale } = jointScaling(parties.map(records));
        const all = parties.flat();
        features.forEach((_, j) => {
          const column = all.map((values) => values[j]);
          const mean = column.reduce((sum, x) => sum + x, 0) / all.length;
          const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length);
          // Sums of at most 60 values of at most 50, each rounded to 2⁻⁵³: an error below 60 · 50 · 2⁻⁵² < 1e-12 in the mean.
          expect(Math.abs(centre[j] - mean)).toBeLessThan(1e-12);
          // A deviation below 1e-3 may come out as none at all, or the other way round, for rounding alone.
          if (deviation > 1e-3) expect(Math.abs(scale[j] - deviation)).toBeLessThan(1e-9);
        });
      }),
    );
  });

  it('standardise to mean 0 and variance 1, dividing by N as scikit-learn does', () => {
    const data = records([
      [1, 0, 2],
      [2, 0, 2],
      [3, 6, 2],
      [4, 2, 2],
    ]);
    const values = standardise(data, jointScaling([data]), 10);
    // Deviations -1.5, -0.5, … over √1.25, and -2, -2, 4, 0 over √6.
    const a = [-1.3416407864998738, -0.4472135954999579, 0.4472135954999579, 1.3416407864998738];
    const b = [-0.816496580927726, -0.816496580927726, 1.632993161855452, 0];
    a.forEach((expected, i) => {
      expect(values[3 * i]).toBeCloseTo(expected, 12);
      expect(values[3 * i + 1]).toBeCloseTo(b[i], 12);
    });
  });

  it('leave a feature without variance at 0, even if its opened variance is a rounding error below or above 0', () => {
    const data = records([
      [1, 0, 2],
      [2, 1, 2],
    ]);
    const scaling = rangeScaling(features);
    const means = localMoments(data, scaling).sums.map((sum) => sum / 2);
    const resolved = new Float64Array(3).fill(1e-12);
    for (const none of [0, -(2 ** -16), 1e-30, 1e-12]) {
      const values = standardise(
        data,
        momentScaling(scaling, { means, variances: Float64Array.of(1, 1, none), resolved }),
        10,
      );
      expect([Math.abs(values[2]), Math.abs(values[5])]).toEqual([0, 0]);
    }
  });
});

describe('squares about a pooled mean', () => {
  it('are those of each value, whatever the mean', () => {
    const unit = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(unit, unit, unit), { maxLength: 40 }),
        fc.tuple(unit, unit, unit),
        (rows, about) => {
          const asTheyAre = { centre: new Float64Array(3), scale: new Float64Array(3).fill(1) };
          const squares = squaresAbout(localMoments(records(rows), asTheyAre), Float64Array.from(about));
          about.forEach((mean, j) => {
            expect(squares[j]).toBeCloseTo(
              rows.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0),
              10,
            );
          });
        },
      ),
    );
  });
});

describe('standardise', () => {
  it('clips on both sides', () => {
    const scaling = { centre: Float64Array.of(0, 0, 0), scale: Float64Array.of(1, 1, 1) };
    expect([...standardise(records([[4, -4, 3]]), scaling, 3)]).toEqual([3, -3, 3]);
  });

  it('clips below at a floor of its own', () => {
    const scaling = { centre: Float64Array.of(0, 0, 0), scale: Float64Array.of(1, 1, 1) };
    expect([...standardise(records([[4, -4, 3]]), scaling, 3, 0)]).toEqual([3, 0, 3]);
  });

  it('is empty for no rows', () => {
    expect(standardise(records([]), rangeScaling(features), 1)).toHaveLength(0);
    const none = localMoments(records([]), rangeScaling(features));
    expect([...none.sums]).toEqual([0, 0, 0]);
    expect([...squaresAbout(none, Float64Array.of(0.5, -1, 0))]).toEqual([0, 0, 0]);
  });
});
