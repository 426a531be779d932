/** Jobs whose missing values all parties fill together, and whose rows without a needed value do not count: trained, compared, applied and refused. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingLines } from '../../src/cli/screens/data-screen.ts';
import { openingLines } from '../../src/cli/screens/openings-screen.ts';
import { readTable } from '../../src/data/read-table.ts';
import { KeptRows, type Row, rowTable } from '../../src/data/rows.ts';
import { columnsOf } from '../../src/data/source.ts';
import { csvLine } from '../../src/data/write-csv.ts';
import { TrefoilError } from '../../src/errors.ts';
import { auditSubject } from '../../src/job/audit/audit-subject.ts';
import { withKnownFills } from '../../src/job/audit/known-fills.ts';
import { everyColumn } from '../../src/job/file/column-owners.ts';
import type { Job } from '../../src/job/file/job.ts';
import { parseJob } from '../../src/job/file/job-file.ts';
import { planJob } from '../../src/job/file/planned-job.ts';
import { featuresOf, type Model } from '../../src/job/model/model-file.ts';
import { rowsWanted } from '../../src/job/model/model-schema.ts';
import { predict } from '../../src/job/model/predict-records.ts';
import { checkData } from '../../src/job/node/check-data.ts';
import { filledWith } from '../../src/job/node/filled-records.ts';
import { pooledOf } from '../../src/job/node/fills.ts';
import { OwnTables } from '../../src/job/node/own-records.ts';
import { allRecords } from '../../src/job/rehearsal/all-records.ts';
import { trainLocally } from '../../src/job/rehearsal/train-locally.ts';
import { TRUST } from '../protocol/harness.ts';

const PARTIES = ['north', 'east', 'south'] as const;

const FEATURES = {
  age: { range: [0, 120], missing: { fill: 'mean', indicator: true } },
  pressure: { range: [50, 250], unit: 'mmHg', missing: 'median', use: false },
  low: { range: [0, 200], unit: 'mmHg', missing: 'drop' },
  smoker: { yesNo: true, missing: 'mean' },
  admitted: { date: ['2020-01-01', '2025-12-31'], missing: 'median' },
  sex: { category: ['f', 'm', 'x'], reference: 'f', missing: { constant: 'x', indicator: true } },
  log_pressure: { log: 'pressure' },
  gap: { difference: ['pressure', 'low'] },
};
const { log_pressure, gap, ...READ } = FEATURES;

const measure = (row: number, k: number) => ((row * 7919 + k * 104729) % 1009) / 1009;
/** One cell in four is missing, but of `low`, which one in eight lacks. */
function recordOf(row: number): Record<string, string | number | null> {
  const or = <T>(k: number, value: T) => (measure(row, 20 + k) < 0.25 ? null : value);
  const age = 20 + Math.floor(measure(row, 1) * 70);
  return {
    patient: `p${row}`,
    age: or(1, age),
    pressure: or(2, 90 + Math.floor(100 * measure(row, 2))),
    low: measure(row, 23) < 0.125 ? null : 40 + Math.floor(50 * measure(row, 3)),
    smoker: or(4, measure(row, 4) < 0.3 ? 'yes' : 'no'),
    admitted: or(5, `202${Math.floor(measure(row, 5) * 6)}-0${1 + Math.floor(measure(row, 6) * 9)}-15`),
    sex: or(6, measure(row, 7) < 0.5 ? 'f' : 'm'),
    ill: age > 55 ? 1 : 0,
  };
}

const PLACES = { north: [0, 60], east: [60, 110], south: [110, 160] } as const;
const tableOf = (name: (typeof PARTIES)[number]) =>
  Array.from({ length: PLACES[name][1] - PLACES[name][0] }, (_, i) => recordOf(PLACES[name][0] + i));
const complete = (rows: readonly Record<string, unknown>[]) => rows.filter(({ low }) => low !== null);

interface Changes {
  readonly parties?: readonly object[];
  readonly data?: object;
  readonly rest?: object;
}

const BELOW = PARTIES.map((name) => ({ name, train: complete(tableOf(name)).length, test: 0 }));
const written = ({ parties = BELOW, data, rest }: Changes = {}) => ({
  trefoil: 1,
  name: 'filled',
  trust: 'honest-majority',
  parties,
  data: { label: 'ill', standardise: 'range', features: FEATURES, ...data },
  model: { type: 'logistic' },
  training: { epochs: 4, batch: 10, learningRate: 0.5 },
  reveal: { fills: PARTIES, model: PARTIES },
  ...rest,
});
const jobOf = (changes: Changes = {}): Job => parseJob(JSON.stringify(written(changes)), 'job.yaml');

function problems(changes: Changes): readonly string[] {
  try {
    jobOf(changes);
    return [];
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_JOB') return error.problems;
    throw error;
  }
}

const DATA = Object.fromEntries(PARTIES.map((name) => [name, { train: tableOf(name) as Row[] }]));

/** What the fills of these rows are, to half a step. */
function expectFills(model: Model | undefined, rows: readonly Record<string, string | number | null>[]): void {
  const numbers = (name: string, as: (cell: string | number) => number = Number) =>
    rows.flatMap((row) => (row[name] === null ? [] : [as(row[name] ?? Number.NaN)]));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1];
  const days = (cell: string | number) => (Date.parse(String(cell)) - Date.parse('2020-01-01')) / 86_400_000;
  const fills = model?.schema?.fills ?? {};
  expect(Object.keys(fills)).toEqual(['age', 'pressure', 'smoker', 'admitted']);
  expect(Math.abs(fills.age - mean(numbers('age')))).toBeLessThanOrEqual(0.01);
  expect(fills.pressure).toBe(median(numbers('pressure')));
  expect(Math.abs(fills.smoker - mean(numbers('smoker', (cell) => Number(cell === 'yes'))))).toBeLessThanOrEqual(
    0.0001,
  );
  expect(fills.admitted).toBe(median(numbers('admitted', days)));
}

describe.each(TRUST)('in %s', (trust) => {
  it('trains on filled rows as float64 does, and the model fills rows alike', async () => {
    const job = jobOf({ rest: { trust } });
    const { model, report } = await trainLocally(job, { data: DATA, compare: true }).result;
    expectFills(
      model,
      PARTIES.flatMap((name) => complete(tableOf(name)) as ReturnType<typeof tableOf>),
    );
    expect(report.fills).toEqual(model?.schema?.fills);
    expect(report.parity?.maxWeightDifference).toBeLessThan(0.01);
    expect(report.cost.counted.rounds).toBe(report.cost.planned.rounds);
    expect(report.cost.counted.bytes).toEqual(report.cost.planned.bytes);
    expect(report.learnt.east).toContain(
      'fill of age: the mean over the training rows that have a value, rounded, 2 times',
    );
    expect(report.learnt.east.join()).not.toContain('fill of low');
    if (model === undefined) throw new Error('a model is revealed');

    // To the last bit, with what a file keeps of the model.
    const kept = JSON.parse(JSON.stringify(model)) as Model;
    const own = await new OwnTables(job, { party: 'north' }, { train: tableOf('north') as Row[] }).read('train');
    if (own.train === undefined) throw new Error('north has rows');
    const trained = filledWith(job, everyColumn(job), own.train, kept.schema?.fills ?? {});
    const rules = { outOfRange: 'refuse', missing: 'refuse' } as const;
    const wanted = rowsWanted(kept, featuresOf(kept), rules);
    const rows = complete(tableOf('north')) as Row[];
    const advice = { missing: '', outOfRange: '' };
    const read = await readTable(rowTable(new KeptRows(rows), columnsOf(wanted)), wanted, { advice });
    expect(trained.features.some(Number.isNaN)).toBe(false);
    expect([...read.features]).toEqual([...trained.features]);
  });
});

it('with pooled moments, the moments are those of the filled rows', async () => {
  const job = jobOf({
    data: { standardise: 'moments' },
    rest: { reveal: { fills: PARTIES, moments: PARTIES, model: PARTIES } },
  });
  const { model, report } = await trainLocally(job, { data: DATA, compare: true }).result;
  expect(report.parity?.maxWeightDifference).toBeLessThan(0.01);
  const all = PARTIES.flatMap((name) => complete(tableOf(name)));
  const fill = model?.schema?.fills.age ?? Number.NaN;
  const mean = all.reduce((sum, { age }) => sum + Number(age ?? fill), 0) / all.length;
  expect(model?.standardised.centre[0]).toBeCloseTo(mean, 6);
});

it('an audit attacks it with the fills that a run opens, and with records that are columns of the model', async () => {
  const job = jobOf();
  const read = await allRecords(job, new Map(PARTIES.map((name) => [name, { data: DATA[name] }])));
  const known = withKnownFills(job, read);
  expect(pooledOf(known.job)).toEqual([]);
  const { report } = await trainLocally(job, { data: DATA }).result;
  const kept = complete(tableOf('north'));
  const [north] = known.owners;
  const { columns, features, rows } = north.train ?? { columns: 0, features: [], rows: 0 };
  expect([rows, columns]).toEqual([kept.length, job.data.features.length]);
  kept.forEach(({ age }, row) => {
    expect(features[row * columns]).toBe(age ?? report.fills?.age);
  });
  expect([...auditSubject(known.job, known.owners).owners[0].train.features].some(Number.isNaN)).toBe(false);
});

it('with folds, the fills are opened once, and the metrics are those of the float64 twin', async () => {
  const job = jobOf({
    rest: {
      training: { epochs: 2, batch: 10, learningRate: 0.5, folds: 3 },
      reveal: { fills: PARTIES, metrics: { accuracy: PARTIES } },
    },
  });
  const { report } = await trainLocally(job, { data: DATA, compare: true }).result;
  expect(Object.keys(report.fills ?? {})).toEqual(['age', 'pressure', 'smoker', 'admitted']);
  expect(report.openings.find(({ name }) => name === 'mean of age')?.times).toBe(2);
  expect(report.quality.test.accuracy).toBeCloseTo(report.quality.plaintext?.accuracy ?? Number.NaN, 1);
});

it('a row that training would drop gets no answer, or is refused by its place, and is never lost', async () => {
  const { model } = await trainLocally(jobOf(), { data: DATA }).result;
  if (model === undefined) throw new Error('a model is revealed');
  const rows = [recordOf(0), { ...recordOf(1), low: null }, { ...recordOf(2), low: 70 }] as Row[];
  const answers = await predict(model, rows, { missing: 'empty' });
  expect(answers.map(({ outputs }) => outputs === undefined)).toEqual([false, true, false]);
  await expect(predict(model, rows)).rejects.toMatchObject({
    code: 'TREFOIL_DATA',
    problems: [expect.stringMatching(/low: row 2.*empty|row 2.*low.*empty/)],
  });
});

it('a party counts the rows that it keeps, and is told how many these are', async () => {
  const north = tableOf('north');
  const kept = complete(north).length;
  const wrong = jobOf({ parties: [{ ...BELOW[0], train: north.length }, BELOW[1], BELOW[2]] });
  await expect(trainLocally(wrong, { data: DATA }).result).rejects.toThrow(
    `rows: ${kept}, without ${north.length - kept} that are left out, but the job says ${north.length}`,
  );
  const job = jobOf();
  const file = join(mkdtempSync(join(tmpdir(), 'trefoil-filled-')), 'north.csv');
  const names = Object.keys(north[0]);
  writeFileSync(
    file,
    [names, ...north.map((row) => names.map((name) => String(row[name] ?? '')))].map(csvLine).join('\n'),
  );
  const config = {
    node: 'north',
    job: 'job.yaml',
    identity: 'north',
    peers: {},
    data: { train: file },
    output: 'out',
  };
  const [findings] = await checkData(config, job);
  expect(findings.problems).toEqual([]);
  expect(findings).toMatchObject({ rows: 60, kept, expected: kept, dropped: { count: 60 - kept } });
  const lines = findingLines(findings).join('\n');
  expect(lines).toContain(`60 rows, of which ${60 - kept} do not count`);
  expect(lines).toContain('such a row does not count');
  expect(lines).toContain('the job fills it with the mean of all parties');
});

describe('columns at different parties', () => {
  const owners = (train: readonly number[]) => [
    { name: 'north', train: train[0], test: 0, features: ['age', 'smoker', 'sex'] },
    { name: 'east', train: train[1], test: 0, features: ['low', 'log_pressure', 'gap', 'admitted'] },
    { name: 'south', train: train[2], test: 0, label: true },
  ];
  const all = PARTIES.flatMap(tableOf);

  it('by keys, rows without a needed value leave before they are brought together', async () => {
    const job = jobOf({ parties: owners([160, 160, 160]), data: { alignment: { keys: { patient: {} } } } });
    const reversed = all.toReversed() as Row[];
    const data = { north: { train: all as Row[] }, east: { train: reversed }, south: { train: all as Row[] } };
    const { model, report } = await trainLocally(job, { data, compare: true }).result;
    expect(report.parties[0].train).toBe(complete(all).length);
    expectFills(model, complete(all) as typeof all);
    expect(report.parity?.maxWeightDifference).toBeLessThan(0.01);
    expect(report.cost.counted.bytes).toEqual(report.cost.planned.bytes);
  });

  it('in one order, the fills are of the one party that has the column, and no row is dropped alone', async () => {
    const { low, gap, ...features } = FEATURES;
    const parties = owners([160, 160, 160]).map((owner) =>
      owner.name === 'east' ? { ...owner, features: ['log_pressure', 'admitted'] } : owner,
    );
    const data = { alignment: 'same-order', features };
    const job = jobOf({ parties, data });
    const rows = { train: all as Row[] };
    const { model, report } = await trainLocally(job, { data: { north: rows, east: rows, south: rows }, compare: true })
      .result;
    expectFills(model, all);
    expect(report.parity?.maxWeightDifference).toBeLessThan(0.01);
    expect(problems({ parties: owners([160, 160, 160]), data: { alignment: 'same-order' } })).toEqual([
      expect.stringContaining('data.features.low.missing must not be drop with alignment: same-order'),
    ]);
  });

  it('a fill is of one party alone', () => {
    const features = { ...FEATURES, curve: { spline: 'pressure', knots: [100, 120, 140] } };
    const parties = owners([160, 160, 160]).map((owner) =>
      owner.name === 'north' ? { ...owner, features: ['age', 'smoker', 'sex', 'curve'] } : owner,
    );
    expect(problems({ parties, data: { features, alignment: { keys: { patient: {} } } } })).toEqual([
      expect.stringContaining('data.features.pressure.missing must not be median where columns at east and north'),
    ]);
  });
});

describe('a job file', () => {
  it('names who learns the fills, and all learn them', () => {
    expect(problems({ rest: { reveal: { model: PARTIES } } })).toEqual([
      expect.stringContaining('reveal.fills must name all three parties with missing: mean, as age has it'),
    ]);
    const features = { age: [0, 120] };
    expect(problems({ data: { features } })).toEqual([expect.stringContaining('reveal.fills must be empty without')]);
    const { plan } = planJob(jobOf());
    const lines = openingLines(jobOf(), plan).join('\n');
    expect(lines).toContain('fill of pressure: the median over the training rows that have a value, rounded');
  });

  it('refuses pooled fills with a budget, and such a fill of a category', () => {
    const privacy = { epsilon: 3, delta: 1e-5, clip: 1, sampling: 'poisson' };
    const found = problems({ rest: { privacy } });
    expect(found.filter((problem) => problem.includes('with privacy'))).toHaveLength(4);
    expect(found.join('\n')).toContain('data.features.age.missing must not be mean with privacy');
    const features = { ...READ, sex: { category: ['f', 'm'], missing: 'mean' } };
    expect(problems({ data: { features } })).toEqual([
      expect.stringContaining('data.features.sex.missing must be one of refuse, drop, constant'),
    ]);
  });
});
