/** Each kind of feature: its columns, their ranges and numbers, and what it refuses. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problems } from '../../src/data/problems.ts';
import { pooledFeatures } from '../../src/encoding/declaration.ts';
import { Expansion } from '../../src/encoding/expansion.ts';
import { type Encoding, featureEncoders, valueEncoders } from '../../src/encoding/feature-encoder.ts';
import { featureKindOf } from '../../src/encoding/kinds/index.ts';
import { declarations } from './arbitrary-features.ts';
import { declared, encoded, plainly, sound } from './declared.ts';

test('a category has a column for each level, and none for its reference', () => {
  const rows = [{ smoking: 'former' }, { smoking: 'never' }, { smoking: 'current' }];
  const all = encoded(plainly(sound({ smoking: { category: ['never', 'former', 'current'] } })), rows);
  expect(all.names).toEqual(['smoking=never', 'smoking=former', 'smoking=current']);
  expect(all.values).toEqual([
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ]);
  const without = { smoking: { category: ['never', 'former', 'current'], reference: 'never' } };
  const { names, values } = encoded(plainly(sound(without)), rows);
  expect(names).toEqual(['smoking=former', 'smoking=current']);
  expect(values).toEqual([
    [1, 0],
    [0, 0],
    [0, 1],
  ]);
});

test('levels that are numbers are read as numbers', () => {
  const { values, problems } = encoded(plainly(sound({ stage: { category: [1, 2] } })), [{ stage: '2.0' }]);
  expect(problems).toEqual([]);
  expect(values).toEqual([[0, 1]]);
});

test('codes of a party may stand for levels that are texts of its own table too', () => {
  const own = { columns: { sex: { column: 'SEX', codes: { male: 'female', female: 'male' } } } };
  const features = sound({ sex: { category: ['male', 'female'], reference: 'male' } });
  expect(encoded(plainly(features, { own }), [{ SEX: 'male' }, { SEX: 'female' }]).values).toEqual([[1], [0]]);
});

test('a level that is not agreed is named by its line and never by its text', () => {
  const features = sound({ sex: { category: ['male', 'female'] } });
  const { problems } = encoded(plainly(features), [{ sex: 'x1y2' }, { sex: 'Male' }]);
  expect(problems).toEqual([
    "line 2, column 'sex': not one of the agreed levels; say with codes in the configuration what it means",
    "line 3, column 'sex': not one of the agreed levels, but for capital and small letters",
  ]);
});

test('a number is converted from the unit that the party has', () => {
  const features = sound({
    chol: { range: [50, 700], unit: 'mg/dL', units: { 'mmol/L': 38.67 } },
    temperature: { range: [30, 45], unit: '°C', units: { '°F': [0.5, -10] } },
  });
  const own = { columns: { chol: { unit: 'mmol/L' }, temperature: { unit: '°F' } } };
  expect(encoded(plainly(features, { own }), [{ chol: '5', temperature: '90' }]).values).toEqual([[5 * 38.67, 35]]);
});

test('yes and no in the words that people use, and in those that a party declares', () => {
  const features = sound({ smoker: { yesNo: true } });
  const cells = ['yes', 'No', 'TRUE', '0', 'y', '1.0'];
  expect(
    encoded(
      plainly(features),
      cells.map((smoker) => ({ smoker })),
    ).values.flat(),
  ).toEqual([1, 0, 1, 0, 1, 1]);
  const own = { columns: { smoker: { codes: { ja: 'yes', nein: 'no' } } } };
  expect(encoded(plainly(features, { own }), [{ smoker: 'ja' }, { smoker: 'nein' }]).values.flat()).toEqual([1, 0]);
});

describe('dates', () => {
  const features = sound({ admitted: { date: ['2000-01-01', '2030-12-31'], origin: '1999-12-31' } });

  test('are days since the origin, whatever the time of day', () => {
    const { columns, values } = encoded(plainly(features), [
      { admitted: '2000-01-01' },
      { admitted: '2000-03-01 23:59' },
    ]);
    expect(columns).toEqual([{ name: 'admitted', low: 1, high: 11323, unit: 'days since 1999-12-31' }]);
    expect(values.flat()).toEqual([1, 61]);
  });

  test('in the form of a party, and no others', () => {
    const own = { columns: { admitted: { format: 'DD.MM.YYYY' } } };
    const { values, problems } = encoded(plainly(features, { own }), [
      { admitted: '1.3.2000' },
      { admitted: '2000-03-01' },
    ]);
    expect(values[0]).toEqual([61]);
    expect(problems).toEqual([
      "line 3, column 'admitted': not a date of the form DD.MM.YYYY, or no day of the calendar",
    ]);
  });

  test('that do not exist are refused', () => {
    expect(encoded(plainly(features), [{ admitted: '2025-02-29' }]).problems).toHaveLength(1);
  });
});

test('a logarithm, a difference and an interaction, with the ranges that follow', () => {
  const features = sound({
    systolic: [60, 260],
    diastolic: { range: [30, 160], use: false },
    sex: { category: ['male', 'female'], reference: 'male' },
    log_systolic: { log: 'systolic', plus: 1 },
    pulse: { difference: ['systolic', 'diastolic'] },
    by_sex: { interaction: ['systolic', 'sex'] },
  });
  const { columns, values } = encoded(plainly(features), [{ systolic: '120', diastolic: '80', sex: 'female' }]);
  expect(columns.map(({ name, low, high }) => [name, low, high])).toEqual([
    ['systolic', 60, 260],
    ['sex=female', 0, 1],
    ['log_systolic', Math.log(61), Math.log(261)],
    ['pulse', -100, 230],
    ['by_sex', 0, 260],
  ]);
  expect(values).toEqual([[120, 1, Math.log(121), 40, 120]]);
});

describe('a natural cubic spline', () => {
  const knots = [20, 45, 60, 90];
  const features = sound({ age: [0, 120], curve: { spline: 'age', knots } });
  const at = (age: number) => encoded(plainly(features), [{ age: String(age) }]).values[0].slice(1);

  test('is 0 up to the first knot, linear behind the last one, and smooth between', () => {
    expect(at(10)).toEqual([0, 0]);
    const slope = (x: number) => at(x + 1).map((value, j) => value - at(x)[j]);
    // Both ends are exact up to the rounding of cubes of 120, divided by 4900.
    slope(91).forEach((value, j) => {
      expect(value).toBeCloseTo(slope(118)[j], 9);
    });
    expect(at(45.0001)[1]).toBeCloseTo(0, 9);
  });

  test('lies within the range that is declared for it, and never falls', () => {
    const { columns } = encoded(plainly(features), []);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 120, noNaN: true }),
        fc.double({ min: 0, max: 120, noNaN: true }),
        (a, b) => {
          const [low, high] = [at(Math.min(a, b)), at(Math.max(a, b))];
          for (const [j, { high: end }] of columns.slice(1).entries()) {
            // In units of the last place of cubes that are subtracted from one another.
            expect(low[j]).toBeLessThanOrEqual(high[j] + 1e-9);
            expect(high[j]).toBeLessThanOrEqual(end);
          }
        },
      ),
    );
  });

  test('agrees with the formula of Harrell in a table of its own', () => {
    // 10³/70², and (40³ − 15³ · 70/30 …) as the formula has it, by hand.
    expect(at(30)[0]).toBeCloseTo(1000 / 4900, 12);
    expect(at(70)[0]).toBeCloseTo((50 ** 3 - (10 ** 3 * 70) / 30) / 4900, 12);
    expect(at(100)[1]).toBeCloseTo((55 ** 3 - (40 ** 3 * 45) / 30 + (10 ** 3 * 15) / 30) / 4900, 9);
  });
});

describe('missing values', () => {
  test('are refused, or filled by a constant with an indicator', () => {
    const features = sound({
      age: [0, 120],
      bmi: { range: [10, 60], missing: { constant: 25, indicator: true } },
      sex: { category: ['male', 'female', 'unknown'], reference: 'male', missing: { constant: 'unknown' } },
      log_bmi: { log: 'bmi' },
    });
    const { names, values, problems } = encoded(plainly(features), [{ age: '50' }, { bmi: '30', sex: 'female' }]);
    expect(names).toEqual(['age', 'bmi', 'bmi is missing', 'sex=female', 'sex=unknown', 'log_bmi']);
    expect(values[0]).toEqual([50, 25, 1, 0, 1, Math.log(25)]);
    expect(values[1].slice(1)).toEqual([30, 0, 1, 0, Math.log(30)]);
    expect(problems).toEqual(["line 3, column 'age': empty"]);
  });

  test('are those that the party lists, and a level is never one', () => {
    const features = sound({
      bmi: { range: [10, 60], missing: { constant: 25 } },
      ecg: { category: ['normal', 'NA'], missing: { constant: 'normal' } },
    });
    const own = { missing: ['?', '-9'], columns: { ecg: { missing: ['?'] } } };
    const rows = [
      { bmi: '-9', ecg: 'NA' },
      { bmi: 'NA', ecg: '?' },
    ];
    const { values, problems } = encoded(plainly(features, { own, isMissing: () => false }), rows);
    expect(values[0]).toEqual([25, 0, 1]);
    expect(values[1].slice(1)).toEqual([1, 0]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/list the text in data\.missing/);
  });

  test('of pooled fills are NaN until these are known, and then filled, with an indicator where it is wanted', () => {
    const features = sound({
      bmi: { range: [10, 60], missing: { fill: 'mean', indicator: true } },
      log_bmi: { log: 'bmi' },
      smoker: { yesNo: true, missing: 'mean' },
      dose: { range: [0, 9], missing: 'median', use: false },
      unused: { range: [0, 1], missing: 'mean', use: false },
      log_dose: { log: 'dose', plus: 1 },
    });
    const rows = [{ unused: '1' }];
    expect(encoded(plainly(features), rows).values).toEqual([[NaN, 1, NaN, NaN, NaN]]);
    const fills = { bmi: 20.5, smoker: 0.25, dose: 3 };
    expect(encoded(plainly(features, { fills }), rows).values).toEqual([[20.5, 1, Math.log(20.5), 0.25, Math.log(4)]]);
    // What no column of the model is made of needs no fill.
    expect(pooledFeatures(features).map(({ name }) => name)).toEqual(['bmi', 'smoker', 'dose']);
  });

  test('of a feature with drop leave the row out in training, and are missing like any other in prediction', () => {
    const features = sound({ bmi: { range: [10, 60], missing: 'drop' }, log_bmi: { log: 'bmi' } });
    const encode = (more: Partial<Encoding>) => {
      const [problems, into] = [new Problems(), new Float64Array(2)];
      const [encoder] = featureEncoders(plainly(features, more));
      return { isKept: encoder.encode([''], 2, into, 0, problems), value: into[0], problems: problems.list() };
    };
    expect(encode({ dropped: 'left out' })).toEqual({ isKept: false, value: NaN, problems: [] });
    expect(encode({ dropped: 'kept' })).toEqual({ isKept: true, value: NaN, problems: [] });
    expect(encode({ dropped: 'as missing' }).problems).toEqual(["line 2, column 'bmi': empty"]);
    expect(encode({ dropped: 'as missing', missing: 'keep' })).toEqual({ isKept: true, value: NaN, problems: [] });
  });
});

test('what does not fit together is named by feature and key', () => {
  const { problems } = declared({
    sex: { category: ['male', 'female'], reference: 'mal' },
    age: [0, 120],
    late: { log: 'later' },
    later: [1, 2],
    unknown: { log: 'agee' },
    log_age: { log: 'age' },
    spline_age: { spline: 'age', knots: [10, 20, 130] },
    bmi: { range: [10, 60], missing: { constant: 5 } },
    chol: { range: [100, 400], units: { 'mmol/L': 38.67 } },
    'sex=a': [0, 1],
    ab: { category: ['a', 'b'] },
    gap: { difference: ['age', 'ab'] },
  });
  expect(problems).toEqual([
    { name: 'sex', key: 'reference', says: "must be one of the levels; did you mean 'male'?" },
    { name: 'late', key: 'log', says: "names 'later', which must be declared above it" },
    { name: 'unknown', key: 'log', says: "names 'agee', which is no feature; did you mean 'age'?" },
    { name: 'log_age', key: 'log', says: 'must name a feature whose range, with plus, lies above 0' },
    { name: 'spline_age', key: 'knots', says: 'must lie within the range of age, between 0 and 120' },
    { name: 'bmi', key: 'missing', says: 'has a constant that must be within the range, 10 to 60' },
    { name: 'chol', key: 'units', says: 'needs unit, the one that they are converted to' },
    { name: 'gap', key: 'difference', says: "must name features with one column, and 'ab' has 2" },
  ]);
});

test('for all declarations, columns are within their ranges, and values give the same columns in two steps', () => {
  fc.assert(
    fc.property(declarations, ({ features: written, rows }) => {
      const features = sound(written);
      const encoding = plainly(features);
      const { columns, values, problems } = encoded(encoding, rows);
      expect(problems).toEqual([]);
      const expansion = new Expansion(features, {}, true);
      expect(expansion.columns).toEqual(columns);
      const encoders = valueEncoders(encoding);
      expect(encoders).toHaveLength(features.filter(({ feature }) => featureKindOf(feature).isRead).length);
      rows.forEach((row, i) => {
        const own = new Float64Array(encoders.length);
        encoders.forEach((encoder, k) => {
          encoder.encode(
            encoder.reads.map((name) => row[name as keyof typeof row]),
            i + 2,
            own,
            k,
            new Problems(),
          );
        });
        const into = new Float64Array(columns.length);
        expansion.expand(own, into, 0);
        expect([...into]).toEqual(values[i]);
        columns.forEach(({ low, high }, j) => {
          expect(into[j]).toBeGreaterThanOrEqual(low);
          expect(into[j]).toBeLessThanOrEqual(high);
        });
      });
    }),
  );
});
