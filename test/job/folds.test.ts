/** Jobs with folds: what a job file says of them, and what three nodes measure and report, beside the same in float64. */
import { describe, expect, it } from 'vitest';
import type { TrefoilError } from '../../src/errors.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom, loadJob } from '../../src/job/file/job-file.ts';
import { planJob } from '../../src/job/file/planned-job.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import { audit } from '../../src/job/rehearsal/audit.ts';
import { trainLocally } from '../../src/job/rehearsal/train-locally.ts';
import type { Report } from '../../src/job/report/report.ts';
import { TRUST } from '../protocol/harness.ts';

const PARTIES = ['north', 'east', 'south'];
const ROWS = 33;

const METRICS = { accuracy: PARTIES, auc: PARTIES, logLoss: PARTIES };
const FILLS = { fills: PARTIES };

interface Changes {
  readonly data?: object;
  readonly training?: object;
  readonly reveal?: object;
  readonly rest?: object;
}

const described = ({ data, training, reveal, rest }: Changes = {}) =>
  ({
    trefoil: 1,
    name: 'folded',
    trust: 'honest-majority',
    parties: PARTIES.map((name) => ({ name, train: ROWS, test: 0 })),
    data: { label: 'y', standardise: 'range', features: { a: [0, 1], b: [0, 1] }, ...data },
    model: { type: 'logistic' },
    training: { epochs: 4, batch: 16, learningRate: 1, folds: 4, ...training },
    reveal: { metrics: { accuracy: PARTIES, auc: PARTIES, logLoss: PARTIES, confusionMatrix: ['east'] }, ...reveal },
    ...rest,
  }) as unknown as JobDescription;

/** A label that follows the first feature, mostly. */
const record = (i: number) => {
  const [a, b] = [((i * 17) % 41) / 41, ((i * 29) % 37) / 37];
  return { a, b, y: i % 9 === 0 ? Number(a < 0.6) : Number(a >= 0.6) };
};
const records = (salt: number) => Array.from({ length: ROWS }, (_, i) => record(i + salt * ROWS));
const data = Object.fromEntries(PARTIES.map((name, i) => [name, { train: records(i) }]));

function problemsOf(changes: Changes): string {
  try {
    jobFrom(described(changes));
    return '';
  } catch (error) {
    return (error as TrefoilError).problems.join('\n');
  }
}

describe('a job file', () => {
  it('has folds, and is the same job when it is written again; without folds nothing of it changed', () => {
    const reveal = { metrics: { accuracy: ['south', 'north'] }, folds: ['south', 'north'] };
    const job = jobFrom(described({ data: { leastRows: 8 }, reveal }));
    expect(job.training.folds).toBe(4);
    expect(job.reveal.folds).toEqual(['north', 'south']);
    expect(job.reveal.model).toEqual([]);
    expect(jobFrom(writtenJob(job) as JobDescription)).toEqual(job);
    const without = loadJob('examples/breast-cancer-logistic.yaml');
    expect(without.reveal).not.toHaveProperty('folds');
    expect(without.training).not.toHaveProperty('folds');
  });

  it.each<[string, Changes]>([
    [
      'privacy must be left out with training.folds',
      { rest: { privacy: { epsilon: 3, delta: 1e-4, clip: 1, sampling: 'public' } } },
    ],
    ['audit must be left out with training.folds', { rest: { audit: { maxMembershipAdvantage: 0.2 } } }],
    [
      'training.earlyStopping must be left out with training.folds',
      { training: { earlyStopping: { metric: 'logLoss', patience: 2 } } },
    ],
    [
      'reveal.trainingLoss must be empty with training.folds',
      { reveal: { metrics: { accuracy: PARTIES }, trainingLoss: ['east'] } },
    ],
    ['reveal.model must be empty with training.folds', { reveal: { metrics: { accuracy: PARTIES }, model: ['east'] } }],
    ['reveal.metrics must be somebody’s with training.folds', { reveal: { metrics: {} } }],
    [
      'reveal.folds must be parties that reveal.metrics names: north',
      { reveal: { metrics: { accuracy: ['east'] }, folds: ['north', 'east'] } },
    ],
    [
      'reveal.folds must be left out without training.folds',
      { training: { folds: undefined }, reveal: { folds: ['east'], model: ['east'] } },
    ],
    [
      'reveal.model must name at least one party: somebody has to learn the model, unless training.folds',
      { training: { folds: undefined }, reveal: {} },
    ],
    ['must be 0 with training.folds', { rest: { parties: PARTIES.map((name) => ({ name, train: ROWS, test: 20 })) } }],
    [
      'training.folds must be at most 30',
      { training: { folds: 31 }, rest: { parties: PARTIES.map((name) => ({ name, train: 10, test: 0 })) } },
    ],
    [
      'training.batch must be at most 74, the number of training rows of all owners outside the largest fold',
      { training: { batch: 80 } },
    ],
    [
      'leaves a fold 8 rows of north, 8 rows of east, 8 rows of south, and reveal.folds must have at least 10',
      { reveal: { metrics: { accuracy: ['east'] }, folds: ['east'] } },
    ],
  ])('is told: %s', (problem, changes) => {
    expect(problemsOf(changes)).toContain(problem);
  });

  it('may open the mean over folds that are smaller than data.leastRows, which all rows together are not', () => {
    expect(problemsOf({ training: { folds: 20 } })).toBe('');
  });

  it('is not audited, which attacks a model', async () => {
    await expect(audit(jobFrom(described()), { data }).result).rejects.toMatchObject({
      code: 'TREFOIL_USAGE',
      message: expect.stringContaining('a job with training.folds releases no model'),
    });
  });
});

/** Every metric of a run beside that of its twin. */
function expectAlike(report: Report): void {
  const { test, plaintext } = report.quality;
  expect(plaintext).toBeDefined();
  const rows = report.folds?.rows.reduce((sum, count) => sum + count, 0) ?? 0;
  expect(rows).toBe(3 * ROWS);
  expect(Math.abs((test.accuracy ?? 0) - (plaintext?.accuracy ?? 1))).toBeLessThanOrEqual(1 / rows);
  expect(Math.abs((test.auc ?? 0) - (plaintext?.auc ?? 1))).toBeLessThan(0.01);
  expect(Math.abs((test.logLoss ?? 0) - (plaintext?.logLoss ?? 1))).toBeLessThan(0.01);
}

describe.each(TRUST)('three nodes in %s', (trust) => {
  it('measure every row once, and release no model; the figures of each fold go to whom the job names', async () => {
    const metrics = { accuracy: PARTIES, auc: PARTIES, logLoss: ['east'], confusionMatrix: ['east'] };
    const changes = { data: { leastRows: 8 }, reveal: { metrics, folds: ['east'] }, rest: { trust } };
    const planned = planJob(jobFrom(described(changes)));
    const { report, model } = await trainLocally(planned, { data, compare: true }).result;
    expect(report.outcome).toBe('measured');
    expect(model).toBeUndefined();
    expect(report.parity).toBeUndefined();
    expect(report.folds?.rows).toEqual([25, 25, 25, 24]);
    expectAlike(report);
    const { test = [], plaintext = [] } = report.folds ?? {};
    expect([test.length, plaintext.length]).toEqual([4, 4]);
    const { rows } = report.folds ?? { rows: [] };
    const mean = (of: typeof test, key: 'accuracy' | 'logLoss') =>
      of.reduce((sum, fold, f) => sum + (rows[f] * (fold[key] ?? Number.NaN)) / (3 * ROWS), 0);
    expect(mean(test, 'accuracy')).toBeCloseTo(report.quality.test.accuracy ?? Number.NaN, 9);
    expect(mean(test, 'logLoss')).toBeCloseTo(report.quality.test.logLoss ?? Number.NaN, 2);
    expect(mean(plaintext, 'logLoss')).toBeCloseTo(report.quality.plaintext?.logLoss ?? Number.NaN, 9);
    const counted = report.quality.test.confusionMatrix?.flat().reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(3 * ROWS);
    expect(test.map(({ confusionMatrix }) => confusionMatrix?.flat().reduce((sum, count) => sum + count, 0))).toEqual(
      rows,
    );
    expect(report.learnt.north.some((what) => what.includes('of each fold'))).toBe(false);
    expect(report.learnt.east.some((what) => what.includes('of each fold'))).toBe(true);
    expect(report.cost.counted.rounds).toBe(report.cost.planned.rounds);
    expect(report.divergence?.ofSteps).toBe(4 * 4 * Math.floor(74 / 16));
  });

  it('weigh classes, where all parties learn the counts that this is made from', async () => {
    const changes = {
      training: { classWeights: 'balanced' },
      reveal: { classCounts: PARTIES, metrics: { accuracy: PARTIES, auc: PARTIES, logLoss: PARTIES } },
      rest: { trust },
    };
    const { report } = await trainLocally(jobFrom(described(changes)), { data, compare: true }).result;
    expectAlike(report);
    expect(report.folds?.test).toBeUndefined();
  });

  it('fill missing values by a pooled mean, once for all folds', async () => {
    const features = {
      a: { range: [0, 1], missing: 'mean' },
      b: { range: [0, 1], missing: { fill: 'median', indicator: true } },
    };
    const gaps = PARTIES.map((_, i) =>
      records(i).map((row, at) => ({
        ...row,
        ...(at % 8 === i ? { a: '' } : {}),
        ...(at % 11 === i ? { b: '' } : {}),
      })),
    );
    const missing = Object.fromEntries(PARTIES.map((name, i) => [name, { train: gaps[i] }]));
    const job = jobFrom(described({ data: { features }, reveal: { ...FILLS, metrics: METRICS }, rest: { trust } }));
    const { report } = await trainLocally(job, { data: missing, compare: true }).result;
    expectAlike(report);
  });

  it('have columns of the same rows, whose folds are drawn from all of them', async () => {
    const [north, east, south] = PARTIES;
    const parties = [
      { name: north, train: 3 * ROWS, test: 0, features: 'a' },
      { name: east, train: 3 * ROWS, test: 0, features: 'b', label: true },
      { name: south, train: 0, test: 0 },
    ];
    const all = PARTIES.flatMap((_, i) => records(i));
    const apart = {
      [north]: { train: all.map(({ a }) => ({ a })) },
      [east]: { train: all.map(({ b, y }) => ({ b, y })) },
    };
    const changes = { data: { alignment: 'same-order' }, rest: { parties, trust } };
    const { report } = await trainLocally(jobFrom(described(changes)), { data: apart, compare: true }).result;
    expect(report.folds?.rows).toEqual([25, 25, 25, 24]);
    expectAlike(report);
  });
});
