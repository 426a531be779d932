/** The model file carries what training encoded with: raw rows that are predicted give the very columns that were trained on. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvTable } from '../../src/data/csv-table.ts';
import { readTable } from '../../src/data/read-table.ts';
import { rowSource, sourceOf } from '../../src/data/source.ts';
import { csvLine } from '../../src/data/write-csv.ts';
import { jobFrom } from '../../src/job/file/job-file.ts';
import { buildModel } from '../../src/job/model/build-model.ts';
import { featuresOf, type Model, readModel } from '../../src/job/model/model-file.ts';
import { rowsWanted } from '../../src/job/model/model-schema.ts';
import { predictRows } from '../../src/job/model/predict.ts';
import { predict } from '../../src/job/model/predict-records.ts';
import { recordsWanted } from '../../src/job/node/records-wanted.ts';
import { declarations } from '../encoding/arbitrary-features.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-encoding-'));

function jobOf(features: object, rows: number, standardise: 'range' | 'range-to-unit' = 'range') {
  const party = (name: string) => ({ name, train: rows, test: 0 });
  return jobFrom({
    trefoil: 1,
    name: 'encoded',
    trust: 'dealer',
    parties: [party('north'), party('east'), party('south')],
    data: { label: 'ill', standardise, features: features as Record<string, [number, number]>, leastRows: 1 },
    model: { type: 'logistic' },
    training: { epochs: 1, batch: 1, learningRate: 0.1 },
    reveal: { model: ['north'] },
  });
}

/** A model with any weights, written and read again. */
function modelOf(job: ReturnType<typeof jobOf>): Model {
  const { length } = job.data.features;
  const trained = {
    layers: [{ weights: Array.from({ length }, (_, i) => (i + 1) / (length + 1)), bias: [0.25] }],
    scaling: {
      centre: Float64Array.from(job.data.features, ({ low, high }) => low / 2 + high / 2),
      scale: Float64Array.from(job.data.features, ({ low, high }) => high / 2 - low / 2),
    },
  };
  const from = { digests: { job: 'j', plan: 'p' }, trefoil: '0', created: new Date(0) };
  const file = join(folder, 'model.json');
  writeFileSync(file, JSON.stringify(buildModel(job, trained, from)));
  return readModel(file);
}

test('for all schemas, rows of a file and of a program are encoded as in training, to the last bit', async () => {
  await fc.assert(
    fc.asyncProperty(declarations, async ({ features, rows }) => {
      const job = jobOf(features, rows.length);
      const names = Object.keys(rows[0]);
      const lines = rows.map((row) => csvLine([...Object.values(row), '1']));
      const csv = join(folder, 'rows.csv');
      writeFileSync(csv, [csvLine([...names, 'ill']), ...lines, ''].join('\n'));

      const trained = await sourceOf(csv).read(recordsWanted(job, { party: 'north' }, rows.length));
      const ofProgram = await rowSource(rows.map((row) => ({ ...row, ill: 1 }))).read(
        recordsWanted(job, { party: 'north' }, rows.length),
      );
      const model = modelOf(job);
      const rules = { outOfRange: 'refuse', missing: 'refuse' } as const;
      const read = await readTable(csvTable(csv), rowsWanted(model, featuresOf(model), rules));
      const kept = { outOfRange: 'keep', missing: 'keep' } as const;
      const marked = await readTable(csvTable(csv), rowsWanted(model, featuresOf(model), kept));

      expect([...read.features]).toEqual([...trained.features]);
      expect([...ofProgram.features]).toEqual([...trained.features]);
      expect([...marked.features]).toEqual([...trained.features]);
      const answers = await predict(model, rows);
      const { values } = predictRows(model, trained.features, rows.length);
      expect(answers.map(({ outputs }) => outputs?.ill_probability)).toEqual([...values]);
    }),
    { numRuns: 60 },
  );
});

const FEATURES = {
  age: [0, 120],
  sex: { category: ['male', 'female'], reference: 'male', missing: { constant: 'female', indicator: true } },
  chol: { range: [50, 700], unit: 'mg/dL', units: { 'mmol/L': 38.67 } },
  log_age: { log: 'age', plus: 1 },
};

test('own columns, codes, units and texts for missing values give the same answers', async () => {
  const model = modelOf(jobOf(FEATURES, 1));
  const table = {
    columns: {
      age: { column: 'ALTER' },
      sex: { column: 'GESCHLECHT', codes: { m: 'male', w: 'female' } },
      chol: { unit: 'mmol/L' },
    },
    missing: ['k.A.'],
  };
  const own = await predict(
    model,
    [
      { ALTER: 50, GESCHLECHT: 'm', chol: 5 },
      { ALTER: 60, GESCHLECHT: 'k.A.', chol: 6 },
    ],
    { table },
  );
  const agreed = await predict(model, [
    { age: 50, sex: 'male', chol: 5 * 38.67 },
    { age: 60, sex: '', chol: 6 * 38.67 },
  ]);
  expect(own).toEqual(agreed);
});

test('a row without a value that nothing fills gets no answer, and one out of range is marked by its column', async () => {
  const model = modelOf(jobOf(FEATURES, 1));
  const options = { missing: 'empty', outOfRange: 'mark' } as const;
  const rows = [
    { age: '', sex: 'male', chol: 200 },
    { age: 130, sex: 'male', chol: 200 },
  ];
  const [none, marked] = await predict(model, rows, options);
  expect(none).toEqual({ outOfRange: [] });
  expect(marked.outOfRange).toEqual(['age']);
  expect(marked.outputs?.ill_probability).toBeGreaterThan(0);
});

test('a schema that does not give the columns of the model is refused', () => {
  const model = modelOf(jobOf(FEATURES, 1));
  const file = join(folder, 'changed.json');
  const changed = { ...model, schema: { features: { ...model.schema?.features, age: [0, 121] }, fills: {} } };
  writeFileSync(file, JSON.stringify(changed));
  expect(() => readModel(file)).toThrow(/schema\.features must give the columns in features/);
  writeFileSync(file, JSON.stringify({ ...model, schema: { features: { age: { log: 'x' } }, fills: {} } }));
  expect(() => readModel(file)).toThrow(/names 'x', which is no feature/);
});
