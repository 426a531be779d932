/** Jobs whose parties have different columns of the same rows: what a job file says of them, and that they train as on whole rows. */
import { describe, expect, it } from 'vitest';
import { openingLines } from '../../src/cli/screens/openings-screen.ts';
import { TrefoilError } from '../../src/errors.ts';
import { columnOwnersOf, namesMeant } from '../../src/job/file/column-owners.ts';
import { jobDigest } from '../../src/job/file/digest.ts';
import { type Job, totalRows } from '../../src/job/file/job.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom, loadJob, parseJob, withTrust } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import { predict } from '../../src/job/model/predict-records.ts';
import { columnsRead } from '../../src/job/node/records-wanted.ts';
import { trainLocally } from '../../src/job/rehearsal/train-locally.ts';
import { TRUST } from '../protocol/harness.ts';

const PARTIES = ['north', 'east', 'south'] as const;
const FEATURES = { age: [0, 100], dose_0: [0, 10], dose_1: [0, 10], weight: [20, 180], 'a*b': [0, 1] };

interface Columns {
  readonly features?: string | readonly string[];
  readonly label?: true;
}
const APART: readonly Columns[] = [{ features: ['age', 'weight'] }, { features: ['dose_*', 'a*b'] }, { label: true }];

interface Changes {
  readonly columns?: readonly Columns[];
  readonly rows?: readonly number[];
  readonly data?: object;
  readonly rest?: object;
}

function written({ columns = APART, rows = [40, 40, 40], data, rest }: Changes = {}): string {
  return JSON.stringify({
    trefoil: 1,
    name: 'apart',
    trust: 'honest-majority',
    parties: PARTIES.map((name, i) => ({ name, train: rows[i], test: rows[i] / 2, ...columns[i] })),
    data: { label: 'ill', standardise: 'range', alignment: 'same-order', features: FEATURES, ...data },
    model: { type: 'logistic' },
    training: { epochs: 6, batch: 10, learningRate: 0.5 },
    reveal: { model: PARTIES, metrics: { accuracy: PARTIES } },
    ...rest,
  });
}

const jobOf = (changes: Changes = {}): Job => parseJob(written(changes), 'job.yaml');

function problems(changes: Changes): readonly string[] {
  try {
    jobOf(changes);
    return [];
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_JOB') return error.problems;
    throw error;
  }
}

describe('a job file', () => {
  it('gives every column to one owner, in the order of the features', () => {
    const job = jobOf();
    expect(job.parties.map(({ features, label }) => ({ features, label }))).toEqual([
      { features: ['age', 'weight'], label: undefined },
      { features: ['dose_0', 'dose_1', 'a*b'], label: undefined },
      { features: undefined, label: true },
    ]);
    expect(columnOwnersOf(job)).toEqual({
      features: [
        { owner: 'north', first: 0, count: 1 },
        { owner: 'east', first: 1, count: 2 },
        { owner: 'north', first: 3, count: 1 },
        { owner: 'east', first: 4, count: 1 },
      ],
      label: 'south',
    });
    expect(columnsRead(job, 'north')).toEqual(['age', 'weight']);
    expect(columnsRead(job, 'south')).toEqual(['ill']);
    expect([totalRows(job, 'train'), totalRows(job, 'test')]).toEqual([40, 20]);
    expect(columnOwnersOf(loadJob('examples/breast-cancer-logistic.yaml'))).toBeUndefined();
  });

  it('is the same job as an object, and when it is written again', () => {
    const job = jobOf();
    expect(jobDigest(jobFrom(writtenJob(job) as JobDescription))).toBe(jobDigest(job));
  });

  it('means by a pattern what a key stands for, and by a name itself', () => {
    const features = { pixel: { count: 4, range: [0, 255] }, age: [0, 100] };
    const job = jobOf({
      columns: [{ features: 'pixel' }, { features: 'age', label: true }, {}],
      rows: [40, 40, 0],
      data: { features },
    });
    expect(job.parties[0].features).toEqual(['pixel_0', 'pixel_1', 'pixel_2', 'pixel_3']);
    expect(namesMeant('a*b', ['a*b', 'acb'])).toEqual(['a*b']);
    expect(namesMeant('a*b', ['ab', 'acb', 'acbd', 'a.b'])).toEqual(['ab', 'acb', 'a.b']);
    expect(namesMeant('a.b', ['acb'])).toEqual([]);
  });

  it('gives a feature and all that it is made of to one owner, who reads no more than that', () => {
    const data = {
      features: {
        ...FEATURES,
        height: { range: [100, 220], use: false },
        sex: { category: ['m', 'w'] },
        gap: { difference: ['weight', 'height'] },
      },
    };
    const job = jobOf({
      columns: [{ features: ['age', 'weight', 'gap'] }, { features: ['dose_*', 'a*b', 'sex'] }, { label: true }],
      data,
    });
    expect(job.parties[0].features).toEqual(['age', 'weight', 'gap']);
    expect(job.parties[1].features).toEqual(['dose_0', 'dose_1', 'a*b', 'sex=m', 'sex=w']);
    expect(columnsRead(job, 'north')).toEqual(['age', 'weight', 'height']);
    expect(columnsRead(job, 'east')).toEqual(['dose_0', 'dose_1', 'a*b', 'sex']);
    const columns = [
      { features: ['age', 'weight'] },
      { features: ['dose_*', 'a*b', 'sex', 'gap'] },
      { label: true },
    ] as const;
    expect(problems({ columns, data })).toEqual([
      expect.stringMatching(/data\.features\.gap has columns at north and east: a feature and all that it is made of/),
    ]);
  });

  it('says that an opening is over columns of the same rows', () => {
    const job = jobOf();
    const lines = openingLines(job, jobPlan(job)).map((line) => line.replace(/^.*, over/, 'over'));
    const [all, test] = [60, 20].map((rows) => `over ${rows} rows (columns of north, east, south): north, east, south`);
    expect(lines).toEqual(expect.arrayContaining([all, test]));
  });

  it.each<[what: string, changes: Changes, says: string]>([
    [
      'a feature of nobody',
      { columns: [{ features: 'age' }, APART[1], APART[2]] },
      "parties leave 'weight' without an owner",
    ],
    [
      'a feature of two',
      { columns: [APART[0], { features: ['dose_*', 'a*b', 'age'] }, APART[2]] },
      "parties[1].features has 'age', which north has too",
    ],
    [
      'an unknown feature',
      { columns: [{ features: ['agee', 'weight'] }, APART[1], APART[2]] },
      "parties[0].features has 'agee', which is no feature of data.features; did you mean 'age'?",
    ],
    [
      'no label',
      { columns: [APART[0], APART[1], {}], rows: [40, 40, 0] },
      "parties must have label: true at one party, the owner of 'ill': no party has it",
    ],
    ['two labels', { columns: [{ ...APART[0], label: true }, APART[1], APART[2]] }, 'north and south have it'],
    [
      'unequal rows',
      { rows: [40, 38, 40] },
      'parties[1].train is 38 where another party has 40: files in the same order have the same rows',
    ],
    [
      'rows without columns',
      { columns: [APART[0], { ...APART[1], label: true }, {}] },
      'parties[2].train is 40, but south has neither features nor label',
    ],
    ['an order that is not said', { data: { alignment: undefined } }, 'data.alignment is missing'],
    [
      'an order of whole rows',
      { columns: [{}, {}, {}] },
      'data.alignment must not be same-order: no party has features',
    ],
    [
      'secret samples',
      { rest: { privacy: { epsilon: 3, delta: 1e-3, clip: 1, sampling: 'poisson' } } },
      'privacy.sampling must be full or public where parties have different columns',
    ],
    [
      'an auditor',
      { rest: { audit: { maxMembershipAdvantage: 0.5, auditor: 'north' } } },
      'audit.auditor must be left out where parties have different columns',
    ],
    ['few rows', { rows: [8, 8, 8] }, 'parties[2].train is 8, and reveal.model must have at least 10 rows'],
    [
      'a batch beyond the rows',
      { rest: { training: { epochs: 6, batch: 41, learningRate: 0.5 } } },
      'training.batch must be at most 40',
    ],
  ])('is refused with %s', (_, changes, says) => {
    expect(problems(changes)).toEqual(expect.arrayContaining([expect.stringContaining(says)]));
  });
});

/** Rows of a table that anybody can make again. */
const table = (rows: number, salt: number) =>
  Array.from({ length: rows }, (_, i) => {
    const random = (k: number) => (((i + salt) * 7919 + k * 104729) % 1009) / 1009;
    const row = {
      age: 100 * random(1),
      dose_0: 10 * random(2),
      dose_1: 10 * random(3),
      weight: 20 + 160 * random(4),
      'a*b': random(5),
    };
    const pixels = Object.fromEntries(Array.from({ length: 16 }, (_, k) => [`pixel_${k}`, 255 * random(10 + k)]));
    const care = 0.5 + 2 * random(6);
    return { ...row, ...pixels, care, ill: row.age / 100 + row.weight / 180 > 1.1 ? 1 : 0 };
  });
const DATA = Object.fromEntries(PARTIES.map((name) => [name, { train: table(40, 0), test: table(20, 100) }]));

const MLP = { type: 'mlp', hidden: [4], output: 'sigmoid' };
/**
 * A network without a kink. Where a ReLU's input lies within a rounding of 0, one twin counts the row in a gradient and the other does not, which moves
 * a weight by up to the rate times the row's part of the batch: no tolerance on weights could tell that from a fault.
 */
const SMOOTH = { ...MLP, activation: 'sigmoid' };
/** Images of four by four, whose upper half is at one party and whose lower half at another. */
const IMAGE: Changes = {
  columns: [
    { features: Array.from({ length: 8 }, (_, i) => `pixel_${i}`) },
    { features: Array.from({ length: 8 }, (_, i) => `pixel_${8 + i}`) },
    { label: true },
  ],
  data: { features: { pixel: { count: 16, range: [0, 255] } }, standardise: 'range-to-unit' },
  rest: {
    model: {
      input: [4, 4, 1],
      layers: [{ conv2d: { filters: 2, kernel: 2 } }, { activation: 'sigmoid' }],
      output: 'sigmoid',
    },
  },
};
const training = (more: object) => ({ epochs: 6, batch: 10, learningRate: 0.2, ...more });
const withReveal = (reveal: object) => ({ reveal: { model: PARTIES, metrics: { accuracy: PARTIES }, ...reveal } });

describe.each(TRUST)('in %s', (trust) => {
  it.each<[what: string, changes: Changes]>([
    ['a label at a party without features', {}],
    ['a label beside features', { columns: [APART[0], { ...APART[1], label: true }, {}], rows: [40, 40, 0] }],
    ['all features at one party', { columns: [{ features: '*' }, {}, { label: true }], rows: [40, 0, 40] }],
    [
      'pooled moments',
      { data: { standardise: 'moments', clip: 3 }, rest: withReveal({ moments: PARTIES, trainingLoss: ['east'] }) },
    ],
    ['a network', { data: { standardise: 'range-to-unit' }, rest: { model: SMOOTH } }],
    ['a convolution over pixels of two', IMAGE],
    [
      'class weights and a column of weights',
      { data: { weight: { column: 'care', high: 3 } }, rest: { training: training({ classWeights: { 0: 1, 1: 2 } }) } },
    ],
    [
      'balanced class weights in a network',
      {
        data: { standardise: 'range-to-unit' },
        rest: {
          model: SMOOTH,
          training: training({ classWeights: 'balanced' }),
          ...withReveal({ classCounts: PARTIES }),
        },
      },
    ],
    ['a release gate', { rest: { audit: { maxMembershipAdvantage: 1 } } }],
  ])('trains on columns apart as on whole rows: %s', async (_, changes) => {
    const job = withTrust(jobOf(changes), trust);
    const data = Object.fromEntries(
      Object.entries(DATA).filter(([name]) => job.parties.some((party) => party.name === name && party.train > 0)),
    );
    const { model, report } = await trainLocally(job, { data, compare: true }).result;
    if (model === undefined) return expect.fail('no model');
    // Whoever has all columns of a row predicts as for any model.
    const answers = await predict(model, table(20, 100));
    const right = table(20, 100).filter(
      ({ ill }, i) => (answers[i].outputs?.ill_probability ?? Number.NaN) >= 0.5 === (ill === 1),
    );
    expect(right.length / 20).toBeCloseTo(report.quality.test.accuracy ?? 0, 9);
    expect(report.quality.test.accuracy).toBe(report.quality.plaintext?.accuracy);
    expect(report.parity?.maxWeightDifference).toBeLessThan(0.01);
    expect(report.cost.counted).toEqual(report.cost.planned);
  });

  it('keeps early stopping', async () => {
    const rest = {
      model: MLP,
      training: { epochs: 6, batch: 10, learningRate: 0.5, earlyStopping: { metric: 'logLoss', patience: 2 } },
      ...withReveal({ validation: PARTIES }),
    };
    const parties = JSON.parse(written()).parties.map((party: object) => ({ ...party, validation: 20 }));
    const job = withTrust(jobOf({ rest: { ...rest, parties } }), trust);
    const data = Object.fromEntries(
      Object.entries(DATA).map(([name, own]) => [name, { ...own, validation: table(20, 300) }]),
    );
    const { report } = await trainLocally(job, { data }).result;
    expect(report.earlyStopping?.epochs).toBeGreaterThan(0);
  });

  it.each(['full', 'public'] as const)('keeps a privacy budget with %s sampling', async (sampling) => {
    const rest = {
      training: { epochs: 4, batch: sampling === 'full' ? 40 : 10, learningRate: 0.2 },
      privacy: { epsilon: 8, delta: 1e-3, clip: 1, sampling },
    };
    const { report } = await trainLocally(withTrust(jobOf({ rest }), trust), { data: DATA }).result;
    expect(report.privacy?.epsilon).toBeLessThanOrEqual(8);
  });
});
