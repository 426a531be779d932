/** `trefoil predict`: an answer for each row, or the line of what stands against it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { parseJob } from '../../src/job/file/job-file.ts';
import { buildModel } from '../../src/job/model/build-model.ts';
import { layer, provenance } from '../job/models.ts';
import { trefoilHere } from './here.ts';
import { trefoil } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-predict-'));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const JOB = `trefoil: 1
name: small
trust: honest-majority
parties: [{ name: north, train: 30, test: 0 }, { name: east, train: 30, test: 0 }, { name: south, train: 30, test: 0 }]
data:
  label: answer
  classes: ['yes, often', 'say "no"']
  features: { age: [0, 120], chol: { range: [100, 400], unit: mg/dL } }
  standardise: range
model: { type: mlp, hidden: [], output: softmax }
training: { epochs: 1, batch: 30, learningRate: 0.5 }
reveal: { model: [north] }
`;

function modelFile(change: object = {}): string {
  const job = parseJob(JOB, 'job.yaml');
  const scaling = { centre: Float64Array.of(60, 250), scale: Float64Array.of(60, 150) };
  const model = buildModel(job, { layers: [layer(2, 2)], scaling }, provenance);
  return file('model.json', JSON.stringify({ ...model, ...change }));
}

async function predict(rows: readonly string[], ...options: readonly string[]) {
  const csv = file('rows.csv', ['id,age,chol', ...rows, ''].join('\n'));
  const { status, stdout, stderr } = await trefoilHere('predict', modelFile(), csv, ...options);
  return { status, stderr, table: parse(stdout) };
}

it('prints CSV with as many cells in the header as in each row, and the ids as they are', async () => {
  const { status, table } = await predict(['007,50,200', '"a, b",60,300'], '--id', 'id');
  expect(status).toBe(0);
  expect(table[0]).toEqual(['id', 'answer_yes, often_probability', 'answer_say "no"_probability']);
  expect(table.slice(1).map(([id]) => id)).toEqual(['007', 'a, b']);
});

it('refuses a value outside its range and an empty cell with line, column and range, and says what else can be done', async () => {
  const { status, stderr, table } = await predict(['1,50,200', '2,50,987.5', '3,,200', '4,50,NA']);
  expect(status).toBe(1);
  expect(table).toEqual([]);
  expect(stderr).toContain(
    "line 3, column 'chol': outside the declared range from 100 to 400 mg/dL; --out-of-range mark",
  );
  expect(stderr).toContain("line 4, column 'age': empty; --missing empty");
  expect(stderr).toMatch(/line 5, column 'chol': a word for a missing value.*; --missing empty/);
  expect(stderr).not.toContain('987.5');
});

it('answers every row where it is told to, marked or empty', async () => {
  const rows = ['1,50,200', '2,130,500', '3,,200', '4,,', '5,50,200'];
  const { status, table } = await predict(rows, '--id', 'id', '--out-of-range', 'mark', '--missing', 'empty');
  expect(status).toBe(0);
  expect(table[0].at(-1)).toBe('out_of_range');
  expect(table.slice(1).map((row) => [row[0], row[1] === '', row[3]])).toEqual([
    ['1', false, ''],
    ['2', false, 'age; chol'],
    ['3', true, ''],
    ['4', true, ''],
    ['5', false, ''],
  ]);
});

it('reads a CSV file in the form that is named, or that the configuration names', async () => {
  const model = modelFile();
  const rows = file('german.csv', '\ufeffage;chol\n50,5;200,25\n');
  const answer = async (...options: readonly string[]) => {
    const program = trefoil('predict', model, ...options);
    const { status } = await program.ended;
    return { status, stderr: program.stderr, table: parse(program.stdout) };
  };
  const plain = await answer(file('plain.csv', 'age,chol\n50.5,200.25\n'));
  const form = { delimiter: ';', decimal: ',' };
  expect(await answer(rows, '--delimiter', ';', '--decimal', ',')).toEqual(plain);
  const data = { train: { file: 'mine.csv', ...form } };
  const config = { node: 'north', job: 'job.yaml', identity: 'north', peers: {}, data, output: 'out' };
  expect(await answer(rows, '--config', file('north.yaml', JSON.stringify(config)))).toEqual(plain);
  const refused = await answer(rows, '--delimiter', ';');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("decimal is missing: '.' or ','");
});

it('asks whether a column is in another unit', async () => {
  const rows = ['1,50,6.4', '2,50,4.7', '3,50,5.1'];
  const refused = await predict(rows);
  expect(refused.status).toBe(1);
  const sentence = "column 'chol': 3 of 3 values lie outside 100 … 400 mg/dL: another unit?";
  expect(refused.stderr).toContain(sentence);
  const marked = await predict(rows, '--out-of-range', 'mark');
  expect(marked).toMatchObject({ status: 0, stderr: expect.stringContaining(sentence) });
});

it('says of a model without ranges that no value is checked', async () => {
  const model = modelFile({ ranges: undefined, units: undefined });
  const program = trefoil('predict', model, file('rows.csv', 'age,chol\n500,5\n'));
  expect(await program.ended).toMatchObject({ status: 0 });
  expect(program.stderr).toContain('without ranges: no value is checked');
  expect(parse(program.stdout)).toHaveLength(2);
});
