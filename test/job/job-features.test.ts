/** A job file whose features are of several kinds. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { agreementOf } from '../../src/job/file/agreement.ts';
import { jobDigest } from '../../src/job/file/digest.ts';
import { jobFrom, parseJob } from '../../src/job/file/job-file.ts';
import { planJob } from '../../src/job/file/planned-job.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import { declarations } from '../encoding/arbitrary-features.ts';

const plain = parse(readFileSync('examples/breast-cancer-logistic.yaml', 'utf8'));
const withFeatures = (features: object) => ({ ...plain, data: { ...plain.data, features } });
const jobOf = (features: object) => parseJob(stringify(withFeatures(features)), 'job.yaml');

const FEATURES = {
  age: [0, 120],
  chol: { range: [50, 700], unit: 'mg/dL', units: { 'mmol/L': 38.67 }, missing: { constant: 240, indicator: true } },
  sex: { category: ['male', 'female'], reference: 'male' },
  smoker: { yesNo: true },
  admitted: { date: ['2000-01-01', '2030-12-31'] },
  log_chol: { log: 'chol' },
  curve: { spline: 'age', knots: [30, 50, 70] },
};

test('its columns are those of the model, and the plan has as many inputs', () => {
  const job = jobOf(FEATURES);
  expect(job.data.features.map(({ name }) => name)).toEqual([
    'age',
    'chol',
    'chol is missing',
    'sex=female',
    'smoker',
    'admitted',
    'log_chol',
    'curve_1',
  ]);
  expect(job.data.schema?.map(({ name }) => name)).toEqual(Object.keys(FEATURES));
  expect(planJob(job).plan.values.length).toBeGreaterThan(0);
});

test('a job of numbers alone has no schema, so that its digest stays', () => {
  expect(jobOf({ age: [0, 120], pixel: { count: 3, range: [0, 16] } }).data).not.toHaveProperty('schema');
  expect(jobOf({ age: { range: [0, 120], use: true } }).data).toHaveProperty('schema');
});

test('problems are told together, with their lines', () => {
  const features = {
    malignant: { yesNo: true },
    sex: { category: ['male', 'male'], reference: 'x' },
    age: { range: [0, 120], knots: [1] },
    late: { log: 'nothing' },
    bmi: { range: [10, 60], missing: 'mean' },
    what: { kind: 'number' },
  };
  expect(() => jobOf(features)).toThrow(
    expect.objectContaining({
      code: 'TREFOIL_JOB',
      problems: expect.arrayContaining([
        expect.stringMatching(/^line \d+: data\.features\.sex\.category\[1\] must not be 'male' again/),
        expect.stringMatching(/unknown key 'knots'/),
        expect.stringMatching(/data\.features\.what\.range is missing/),
      ]),
    }),
  );
  expect(() =>
    jobOf({
      ...FEATURES,
      malignant: { yesNo: true },
      late: { log: 'nothing' },
      bmi: { range: [10, 60], missing: 'mean' },
    }),
  ).toThrow(
    expect.objectContaining({
      problems: [
        expect.stringMatching(/data\.features\.malignant must not be the label/),
        expect.stringMatching(/data\.features\.late\.log names 'nothing', which is no feature/),
        expect.stringMatching(/reveal\.fills must name all three parties with missing: mean, as bmi has it/),
      ],
    }),
  );
  expect(() => jobOf({ age: { range: [0, 120], use: false } })).toThrow(/must use at least one feature/);
});

test('every change of a feature is named by its key', () => {
  const agreed = (features: object) => agreementOf(jobOf(features), 'plan').items;
  const before = agreed(FEATURES);
  for (const [name, changed] of Object.entries({
    sex: { category: ['male', 'female'], reference: 'female' },
    chol: { ...FEATURES.chol, units: { 'mmol/L': 38.7 } },
    curve: { spline: 'age', knots: [30, 50, 71] },
  })) {
    const after = agreed({ ...FEATURES, [name]: changed });
    const differing = Object.keys(before).filter((key) => before[key] !== after[key]);
    expect(differing).toEqual(['data']);
    const expanded = agreementOf(jobOf({ ...FEATURES, [name]: changed }), 'plan');
    const original = agreementOf(jobOf(FEATURES), 'plan');
    const [one, other] = [expanded.expand?.('data') ?? {}, original.expand?.('data') ?? {}];
    expect(Object.keys(one).filter((key) => one[key] !== other[key])).toEqual(['data.features']);
  }
});

test('for all declarations, the written job reads to the same job', () => {
  fc.assert(
    fc.property(declarations, ({ features }) => {
      const job = jobFrom(withFeatures(features));
      const again = parseJob(JSON.stringify(writtenJob(job)), 'job.json');
      expect(again).toEqual(job);
      expect(jobDigest(again)).toBe(jobDigest(job));
    }),
    { numRuns: 50 },
  );
});
