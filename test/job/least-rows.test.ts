/** A job that opens a number over fewer rows than `data.leastRows` is refused, and every opening says how many rows are behind it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingLines, termLines } from '../../src/cli/screens/openings-screen.ts';
import { TrefoilError } from '../../src/errors.ts';
import type { Job } from '../../src/job/file/job.ts';
import { parseJob } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { openingsOf } from '../../src/plan/quote/openings.ts';
import { jobs, ORDINARY } from './arbitrary-jobs.ts';

const PARTIES = ['north', 'east', 'south'];

interface Changes {
  readonly test?: readonly number[];
  readonly train?: readonly number[];
  readonly training?: object;
  readonly data?: object;
  readonly reveal?: object;
  readonly rest?: object;
}

function written({ train = [40, 40, 40], test = [20, 20, 20], training, data, reveal, rest }: Changes): string {
  return JSON.stringify({
    trefoil: 1,
    name: 'few',
    trust: 'honest-majority',
    parties: PARTIES.map((name, i) => ({ name, train: train[i], test: test[i] })),
    data: { label: 'y', standardise: 'range', features: { a: [0, 1] }, ...data },
    model: { type: 'logistic' },
    training: { epochs: 2, batch: 12, learningRate: 0.5, ...training },
    reveal: { model: PARTIES, ...reveal },
    ...rest,
  });
}

function problems(changes: Changes): readonly string[] {
  try {
    parseJob(written(changes), 'job.yaml');
    return [];
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_JOB') return error.problems;
    throw error;
  }
}

const metrics = (metric: string) => ({ metrics: { [metric]: ['east'] } });

describe('few rows behind an opened number', () => {
  it.each<[what: string, Changes, says: string]>([
    ['the model of an owner of three rows', { train: [40, 3, 40] }, 'parties[1].train is 3, and reveal.model must'],
    [
      'a log loss over one row',
      { test: [0, 0, 1], reveal: metrics('logLoss') },
      'parties[2].test is 1, and reveal.metrics.logLoss',
    ],
    [
      'an accuracy',
      { test: [9, 20, 20], reveal: metrics('accuracy') },
      'parties[0].test is 9, and reveal.metrics.accuracy',
    ],
    ['an AUC', { test: [9, 20, 20], reveal: metrics('auc') }, 'parties[0].test is 9, and reveal.metrics.auc'],
    [
      'moments',
      { train: [40, 40, 2], data: { standardise: 'moments' }, reveal: { moments: PARTIES } },
      'parties[2].train is 2, and reveal.moments, reveal.model must',
    ],
    [
      'counts of the release gate',
      { test: [5, 0, 0], rest: { audit: { maxMembershipAdvantage: 0.2 } } },
      'parties[0].test is 5, and audit must',
    ],
    [
      'the loss of one row',
      { training: { batch: 1 }, reveal: { trainingLoss: ['east'] } },
      'training.batch is 1, and reveal.trainingLoss',
    ],
    [
      'a model of one step',
      { train: [10, 0, 0], training: { batch: 6, epochs: 1 } },
      'training.batch takes 6 rows in the one epoch, and reveal.model must be over at least 10',
    ],
  ])('is refused: %s', (_, changes, says) => {
    const found = problems(changes);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(says);
    expect(found[0]).toContain('10');
    expect(found[0]).toContain('data.leastRows');
    expect(problems({ ...changes, data: { ...changes.data, leastRows: 1 } })).toEqual([]);
  });

  it('does not matter where nothing is opened over them', () => {
    expect(problems({ test: [1, 2, 3] })).toEqual([]);
    expect(problems({ training: { batch: 1 } })).toEqual([]);
  });

  it('is a number of rows from 1 up', () => {
    for (const leastRows of [0, 2.5, -1])
      expect(problems({ data: { leastRows } })[0]).toContain('data.leastRows must be');
    expect(problems({ data: { leastRows: 41 } })).toHaveLength(3);
  });
});

it('every opening of a job that is taken is over enough rows of every owner', () => {
  fc.assert(
    fc.property(jobs({ ...ORDINARY, rows: fc.oneof(fc.constant(0), fc.integer({ min: 5, max: 60 })) }), (content) => {
      let job: Job;
      let openings: ReturnType<typeof openingsOf>;
      try {
        job = parseJob(content, 'job.yaml');
        openings = openingsOf(jobPlan(job), job.parties);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/TREFOIL_(JOB|PLAN|PRIVACY)/) as string });
        return;
      }
      for (const { rows, owners, name } of openings) {
        expect(rows, name).toBeGreaterThanOrEqual(10);
        for (const own of Object.values(owners)) expect(own === 0 || own >= 10, `${name} over ${own}`).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

it('is shown to every party: each opening with its rows, and a smaller number that the job declares', () => {
  const job = parseJob(
    written({ data: { leastRows: 3 }, test: [0, 3, 20], reveal: { ...metrics('accuracy'), trainingLoss: ['north'] } }),
    'job.yaml',
  );
  const plan = jobPlan(job);
  expect(termLines(job, plan).join('\n')).toContain('data.leastRows: 3');
  const lines = openingLines(job, plan);
  expect(lines).toContain('number of test rows classified rightly, over 23 rows (east 3, south 20): east');
  expect(lines).toContain(
    'mean loss of the last batch of an epoch, 2 times, over 12 of 120 rows (north 40, east 40, south 40): north',
  );
});
