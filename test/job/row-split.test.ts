/** One table of a party split into its kinds of rows: every row once, classes in proportion, the same again for the same seed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrefoilError } from '../../src/errors.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom } from '../../src/job/file/job-file.ts';
import { tablesOf } from '../../src/job/file/row-split.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import { splitRows } from '../../src/job/node/split-rows.ts';
import { trainLocally } from '../../src/job/rehearsal/train-locally.ts';

const PARTIES = ['north', 'east', 'south'];
const COUNTS = { train: 30, test: 12, validation: 0 };

const described = (changes: { readonly data?: object; readonly model?: object; readonly rest?: object } = {}) =>
  ({
    trefoil: 1,
    name: 'split',
    trust: 'honest-majority',
    parties: PARTIES.map((name) => ({ name, train: 42, test: 0 })),
    data: {
      label: 'y',
      standardise: 'range',
      features: { a: [0, 1] },
      heldOut: { test: 2 / 7, seed: 3 },
      ...changes.data,
    },
    model: { type: 'logistic', ...changes.model },
    training: { epochs: 2, batch: 30, learningRate: 0.5 },
    reveal: { model: PARTIES, metrics: { accuracy: PARTIES, confusionMatrix: PARTIES } },
    ...changes.rest,
  }) as unknown as JobDescription;

describe('the rows of a table', () => {
  const tables = fc
    .record({
      labels: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 200 }),
      test: fc.double({ min: 0, max: 0.5, noNaN: true }),
      validation: fc.double({ min: 0, max: 0.4, noNaN: true }),
      seed: fc.nat(),
    })
    .map(({ labels, test, validation, seed }) => {
      const [t, v] = [test, validation].map((part) => Math.floor(part * labels.length));
      return {
        labels: Float64Array.from(labels),
        counts: { train: labels.length - t - v, test: t, validation: v },
        seed,
      };
    });

  it.each([true, false])(
    'are each in one part, of the agreed size, and again the same; stratified: %s',
    (stratified) => {
      fc.assert(
        fc.property(tables, ({ labels, counts, seed }) => {
          const split = splitRows(labels, counts, { stratified, seed }, 'north');
          expect(split.train.length).toBe(counts.train);
          expect(split.test.length).toBe(counts.test);
          expect(split.validation.length).toBe(counts.validation);
          const all = [...split.train, ...split.test, ...split.validation].sort((a, b) => a - b);
          expect(all).toEqual(Array.from(labels, (_, row) => row));
          expect(splitRows(labels, counts, { stratified, seed }, 'north')).toEqual(split);
        }),
      );
    },
  );

  it('stratified, each class has its part of the test rows to less than a row', () => {
    fc.assert(
      fc.property(tables, ({ labels, counts, seed }) => {
        const { test } = splitRows(labels, counts, { stratified: true, seed }, 'east');
        for (const label of new Set(labels)) {
          const [all, taken] = [
            labels.filter((y) => y === label).length,
            [...test].filter((row) => labels[row] === label).length,
          ];
          expect(Math.abs(taken - (all * counts.test) / labels.length)).toBeLessThan(1);
        }
      }),
    );
  });

  it('are others for another seed and another party', () => {
    const labels = new Float64Array(100);
    const counts = { train: 50, test: 50, validation: 0 };
    const drawn = [
      splitRows(labels, counts, { stratified: true, seed: 1 }, 'north'),
      splitRows(labels, counts, { stratified: true, seed: 2 }, 'north'),
      splitRows(labels, counts, { stratified: true, seed: 1 }, 'east'),
    ].map(({ test }) => [...test].join());
    expect(new Set(drawn).size).toBe(3);
  });
});

describe('a job', () => {
  const problemsOf = (changes: Parameters<typeof described>[0]): string => {
    try {
      jobFrom(described(changes));
      return '';
    } catch (error) {
      return (error as TrefoilError).problems.join('\n');
    }
  };

  it('asks each party for one table, and is the same when it is written again', () => {
    const job = jobFrom(described());
    expect(job.data.heldOut).toEqual({ test: 2 / 7, validation: 0, stratified: true, seed: 3 });
    expect(job.parties[0]).toEqual({ name: 'north', ...COUNTS });
    expect(tablesOf(job, 'north')).toEqual([{ kind: 'train', rows: 42 }]);
    expect(jobFrom(writtenJob(job) as JobDescription)).toEqual(job);
  });

  it('holds out as many rows of each party as are closest to its part, and is the same job again', () => {
    const parts = fc.tuple(fc.double({ min: 0, max: 0.4, noNaN: true }), fc.nat({ max: 500 }));
    fc.assert(
      fc.property(parts, ([test, more]) => {
        const rows = 100 + more;
        const parties = PARTIES.map((name) => ({ name, train: rows, test: 0 }));
        const job = jobFrom(
          described({
            data: { heldOut: { test, seed: 1, stratified: false }, leastRows: 1 },
            rest: { parties, reveal: { model: PARTIES } },
          }),
        );
        for (const party of job.parties) {
          expect(party.train + party.test).toBe(rows);
          expect(Math.abs(party.test - test * rows)).toBeLessThanOrEqual(0.5);
        }
        expect(jobFrom(writtenJob(job) as JobDescription)).toEqual(job);
      }),
    );
  });

  it('is told the name of the key of before, and what one table needs', () => {
    expect(problemsOf({ data: { heldOut: undefined, split: { seed: 3 } } })).toContain(
      "unknown key 'split' in data: write data.heldOut: { test: 0.2, seed: 3 }, with all rows of a party as its train",
    );
    expect(problemsOf({ data: { heldOut: { test: 0.2 } } })).toContain('data.heldOut.seed is missing: a whole number');
    const beside = { parties: PARTIES.map((name) => ({ name, ...COUNTS })) };
    expect(problemsOf({ rest: beside })).toContain('test must be 0 with data.heldOut');
    expect(problemsOf({ data: { heldOut: { test: 0.2, validation: 0.2, seed: 1 } } })).toContain(
      'data.heldOut.validation must be left out without training.earlyStopping',
    );
    expect(problemsOf({ data: { heldOut: { test: 0.1, seed: 1 } } })).toContain(
      'data.heldOut leaves north 4 test rows',
    );
    expect(problemsOf({ rest: { training: { epochs: 2, batch: 30, learningRate: 0.5, folds: 3 } } })).toContain(
      'data.heldOut.test must be 0 with training.folds',
    );
  });

  it('refuses a split where rows are known by their files, where labels lie elsewhere, and classes that there are not', () => {
    const privacy = { epsilon: 3, delta: 1e-4, clip: 1, sampling: 'public' };
    expect(problemsOf({ rest: { privacy } })).toContain('data.heldOut must be left out with privacy');
    const model = { type: 'mlp', hidden: [], output: 'linear' };
    expect(problemsOf({ data: { target: [0, 1] }, model })).toContain(
      'data.heldOut.stratified must be false with a target',
    );
    const [north, east, south] = PARTIES;
    const parties = [
      { name: north, train: 42, test: 0, features: 'a' },
      { name: east, train: 42, test: 0, label: true },
      { name: south, train: 0, test: 0 },
    ];
    expect(problemsOf({ rest: { parties } })).toContain(
      'data.heldOut.seed must be left out where parties have different columns',
    );
  });

  it.each(['honest-majority', 'dealer'])(
    'trains on one table of each party, each class tested in proportion, in %s',
    async (trust) => {
      const rows = (salt: number) =>
        Array.from({ length: 42 }, (_, i) => ({ a: ((i * 17 + salt) % 42) / 42, y: i % 7 === 0 ? 1 : 0 }));
      const data = Object.fromEntries(PARTIES.map((name, i) => [name, { train: rows(i) }]));
      const { report } = await trainLocally(jobFrom(described({ rest: { trust } })), { data, compare: true }).result;
      // Of 42 rows 6 are of class 1, so 12·6/42 = 1.71 of the 12 test rows: two of each party.
      const sizes = report.quality.test.confusionMatrix?.map((row) => row.reduce((sum, count) => sum + count, 0));
      expect(sizes).toEqual([30, 6]);
      expect(report.quality.test.confusionMatrix).toEqual(report.quality.plaintext?.confusionMatrix);
    },
  );

  it('fills what is missing in a table that is split by what its training rows have', async () => {
    const rows = (salt: number) =>
      Array.from({ length: 42 }, (_, i) => ({
        a: i % 5 === 0 ? '' : ((i * 17 + salt) % 42) / 42,
        y: (i * 17) % 42 > 20 ? 1 : 0,
      }));
    const data = Object.fromEntries(PARTIES.map((name, i) => [name, { train: rows(i) }]));
    const features = { a: { range: [0, 1], missing: 'mean' } };
    const reveal = { fills: PARTIES, model: PARTIES, metrics: { accuracy: PARTIES } };
    const job = jobFrom(described({ data: { features }, rest: { reveal } }));
    const { report } = await trainLocally(job, { data, compare: true }).result;
    const { test, plaintext } = report.quality;
    expect(Math.abs((test.accuracy ?? 0) - (plaintext?.accuracy ?? 1))).toBeLessThanOrEqual(1 / 36);
    expect(report.parties.map(({ train, test }) => [train, test])).toEqual([
      [30, 12],
      [30, 12],
      [30, 12],
    ]);
  });
});
