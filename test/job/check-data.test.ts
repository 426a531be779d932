/** What a party hears of its own records, and the draft of a job that is made of a table. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { findingLines, problemsOf } from '../../src/cli/screens/data-screen.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom } from '../../src/job/file/job-file.ts';
import { checkData } from '../../src/job/node/check-data.ts';
import { describeData } from '../../src/job/node/describe-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-check-'));
const party = (name: string) => ({ name, train: 6, test: 0 });
const written = {
  trefoil: 1,
  name: 'checked',
  trust: 'dealer',
  parties: [party('north'), party('east'), party('south')],
  data: {
    label: 'ill',
    standardise: 'moments',
    leastRows: 1,
    features: {
      age: [0, 120],
      sex: { category: ['male', 'female'], reference: 'male' },
      bmi: { range: [10, 60], missing: { constant: 25 } },
      unit: [0, 10],
      admitted: { date: ['2000-01-01', '2030-12-31'] },
    },
  },
  model: { type: 'logistic' },
  training: { epochs: 1, batch: 3, learningRate: 0.1 },
  reveal: { moments: ['north', 'east', 'south'], model: ['north'] },
} satisfies JobDescription;
const job = jobFrom(written);
const FEATURES: JobDescription['data']['features'] = { age: [0, 120], bmi: [10, 60], unit: [0, 10] };

const SECRET = ['oldish', 'diverse', '177', '31.02.2020'];
const ROWS = [
  ['age', 'GESCHLECHT', 'bmi', 'unit', 'admitted', 'ill'],
  ['51', 'm', '30', '5', '2020-01-31', 'ja'],
  ['51', 'm', '30', '5', '2020-01-31', 'ja'],
  [SECRET[0], 'w', '-9', '5', '2020-01-31', 'nein'],
  [SECRET[2], SECRET[1], '', '5', '2020-01-31', 'nein'],
  ['', 'w', '25', '5', SECRET[3], 'nein'],
  ['60', 'w', '25', '5', '2020-01-31', ''],
];

function configOf(rows: readonly (readonly string[])[]): string {
  const csv = join(folder, 'rows.csv');
  writeFileSync(csv, rows.map((row) => `${row.join(',')}\n`).join(''));
  const file = join(folder, 'north.yaml');
  const columns = {
    sex: { column: 'GESCHLECHT', codes: { m: 'male', w: 'female' } },
    ill: { codes: { ja: 1, nein: 0 } },
  };
  const data = { train: csv, missing: ['-9'], columns };
  const node = { node: 'north', job: 'job.yaml', identity: 'north', peers: {}, data, output: 'out' };
  writeFileSync(file, stringify(node));
  return file;
}

test('all that is wrong is found in one go, with lines, and no value is shown', async () => {
  const findings = await checkData(configOf(ROWS), job);
  const [{ columns, rows, duplicates, problems }] = findings;
  const of = (name: string) => columns.find(({ feature }) => feature === name);
  expect(rows).toBe(6);
  expect(duplicates).toEqual({ count: 1, first: [3] });
  expect(of('age')).toMatchObject({
    values: 3,
    missing: { count: 1, first: [6] },
    broken: { type: { count: 1, first: [4] }, range: { count: 1, first: [5] } },
  });
  expect(of('sex')).toMatchObject({ column: 'GESCHLECHT', values: 5, broken: { levels: { count: 1, first: [5] } } });
  expect(of('bmi')).toMatchObject({ values: 4, fill: 'constant', missing: { count: 2, first: [4, 5] }, broken: {} });
  expect(of('unit')).toMatchObject({ isConstant: true });
  expect(of('admitted')).toMatchObject({ broken: { type: { count: 1, first: [6] } } });
  expect(of('ill')).toMatchObject({ values: 5, missing: { count: 1, first: [7] } });
  // A cell without a value is one problem of two columns.
  expect(problems).toHaveLength(5);
  const text = [...findings.flatMap(findingLines), ...problemsOf(findings)].join('\n');
  for (const value of SECRET) expect(text).not.toContain(value);
  expect(text).toContain('1 rows repeat an earlier one');
  expect(text).toContain('unit: every value is the same one');
});

test('records that a run would take have no problem', async () => {
  const sound = [0, 1, 2, 2, 1, 2].map((row) => ROWS[row]);
  const rows = [...sound.map((row) => row.map((cell) => (cell === SECRET[0] ? '70' : cell))), ROWS[1]];
  expect((await checkData(configOf(rows), job)).flatMap(({ problems }) => problems)).toEqual([]);
});

test('a table that is split into kinds of rows is held to all of its rows', async () => {
  const heldOut = { test: 0.34, stratified: false, seed: 7 };
  const split = jobFrom({ ...written, data: { ...written.data, heldOut } });
  const rows = [ROWS[0], ...[1, 2, 1, 2, 1, 2].map((row) => ROWS[row])];
  const [findings] = await checkData(configOf(rows), split);
  expect(findings).toMatchObject({ rows: 6, expected: 6, problems: [] });
  const [short] = await checkData(configOf(rows.slice(0, 5)), split);
  expect(short.problems).toEqual([expect.stringContaining('4, but the job says 6')]);
});

test('keys that a run would refuse are problems of the table', async () => {
  const apart = jobFrom({
    ...written,
    parties: [
      { name: 'north', train: 3, test: 0, features: ['age'] },
      { name: 'east', train: 3, test: 0, features: ['bmi'] },
      { name: 'south', train: 3, test: 0, features: ['unit'], label: true },
    ],
    data: { ...written.data, standardise: 'range', features: FEATURES, alignment: { keys: { id: {} } } },
    training: { epochs: 1, batch: 2, learningRate: 0.1 },
    reveal: { model: ['north'] },
  });
  const csv = join(folder, 'keyed.csv');
  writeFileSync(csv, 'Ausweis,age\np1,50\np2,51\np1,52\n');
  const node = { node: 'north', job: 'job.yaml', identity: 'north', peers: {}, data: { train: csv }, output: 'out' };
  const file = join(folder, 'keyed.yaml');
  const problems = async (keys: object) => {
    writeFileSync(file, stringify({ ...node, ...keys }));
    return (await checkData(file, apart)).flatMap((findings) => findings.problems);
  };
  expect(await problems({ keys: { id: 'Ausweis' } })).toEqual([expect.stringMatching(/line 4.*same keys.*line 2/)]);
  expect(await problems({})).toEqual([
    expect.stringContaining('say with keys in the configuration what this table calls its keys'),
  ]);
});

test('what a configuration says of features that do not exist is refused before any record is read', async () => {
  const file = configOf(ROWS);
  const { data, ...rest } = parse(stringify({ ...parse((await import('node:fs')).readFileSync(file, 'utf8')) }));
  const columns = { agee: 'ALTER', bmi: { unit: 'kg' }, sex: { codes: { m: 'mal' } } };
  writeFileSync(file, stringify({ ...rest, data: { ...data, columns } }));
  await expect(checkData(file, job)).rejects.toMatchObject({
    code: 'TREFOIL_CONFIG',
    problems: [
      "data.columns.agee is no feature of the job, nor its label; did you mean 'age'?",
      'data.columns.bmi.unit must be a unit of the job: the job declares no unit',
      "data.columns.sex.codes gives 'mal', which is no level of the job; did you mean 'male'?",
    ],
  });
});

test('a draft of a table is a sound data section, and a check with it finds nothing', async () => {
  const csv = join(folder, 'table.csv');
  const lines = Array.from({ length: 40 }, (_, i) => [
    40 + i,
    i % 2 === 0 ? 'm' : 'w',
    i % 3 === 0 ? 'NA' : 20.5 + i / 4,
    i % 2,
    `0${(i % 9) + 1}.01.2020`,
    `name ${i}`,
    i % 2,
  ]);
  const header = 'age,sex,bmi,smoker,admitted,name,ill';
  writeFileSync(csv, `${[header, ...lines.map((line) => line.join(','))].join('\n')}\n`);
  const draft = await describeData(csv, { label: 'ill' });
  const { data } = parse(draft);
  expect(data).toEqual({
    label: 'ill',
    standardise: 'range',
    features: {
      age: { range: [40, 80] },
      sex: { category: ['m', 'w'], reference: 'm' },
      bmi: { range: [20, 40], missing: 'refuse' },
      smoker: { yesNo: true },
      admitted: { date: ['2020-01-01', '2020-12-31'] },
    },
  });
  expect(draft).toContain('# name: neither numbers');
  expect(draft).toMatch(/missing: \[ ?NA ?\]/);
  expect(draft).toContain('format: DD.MM.YYYY');
  expect(draft).toContain('every party of the job');
  expect(jobFrom({ ...drafted(), data: { ...data, leastRows: 1 } }).data.features).toHaveLength(5);
});

const drafted = () => ({
  trefoil: 1 as const,
  name: 'drafted',
  trust: 'dealer' as const,
  parties: [party('north'), party('east'), party('south')] as const,
  model: { type: 'logistic' as const },
  training: { epochs: 1, batch: 3, learningRate: 0.1 },
  reveal: { model: ['north'] },
});
