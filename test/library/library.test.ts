import { expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { jobDigest } from '../../src/job/file/digest.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom, loadJob } from '../../src/job/file/job-file.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import { trainLocally } from '../../src/job/rehearsal/train-locally.ts';
import { startRun } from '../../src/run.ts';

const EXAMPLES = [
  'breast-cancer-logistic',
  'breast-cancer-private',
  'digits-mlp',
  'mnist-mlp',
  'mnist-convolution',
  'overflow',
];

it.each(EXAMPLES)('%s is the same job as an object', (name) => {
  const job = loadJob(`examples/${name}.yaml`);
  expect(jobDigest(jobFrom(writtenJob(job) as JobDescription))).toBe(jobDigest(job));
});

it('an object is refused with every problem, without lines', () => {
  const refused = () => jobFrom({ trefoil: 1, name: 'X', trust: 'dealer' } as unknown as JobDescription);
  expect(refused).toThrow(TrefoilError);
  expect(refused).toThrow(/the job has \d+ problems:\n {2}- name must be a name/);
  expect(refused).not.toThrow(/line \d/);
});

it('a run that is stopped rejects, and its events end with the same', async () => {
  const stop = new AbortController();
  const job = loadJob('examples/breast-cancer-logistic.yaml');
  const run = trainLocally(job, { configs: 'parties', signal: stop.signal });
  const follow = async () => {
    for await (const { kind } of run) if (kind === 'training loss') stop.abort('the test');
  };
  await expect(follow()).rejects.toMatchObject({ code: 'TREFOIL_ABORTED', message: 'stopped by the test' });
  await expect(run.result).rejects.toMatchObject({ code: 'TREFOIL_ABORTED' });
});

it('a run that was stopped before it began does nothing', async () => {
  const job = loadJob('examples/breast-cancer-logistic.yaml');
  const run = trainLocally(job, { configs: 'parties', signal: AbortSignal.abort('somebody') });
  await expect(run.result).rejects.toMatchObject({ code: 'TREFOIL_ABORTED', message: 'stopped by somebody' });
});

it('records that are missing or of nobody are named', async () => {
  const job = loadJob('examples/breast-cancer-logistic.yaml');
  const { problems } = (await trainLocally(job, { data: { nord: {} } }).result.catch((error) => error)) as TrefoilError;
  expect(problems[0]).toBe("data names 'nord', which is not in the job; did you mean 'north'?");
  expect(problems).toContain('data.north.train is missing: the job says 199 rows');
});

it('events wait for their listener, of progress the newest', async () => {
  type Event = { readonly kind: 'progress' | 'note'; readonly n: number };
  const run = startRun<Event, string>(async (tell) => {
    for (const n of [1, 2, 3]) tell({ kind: 'progress', n });
    tell({ kind: 'note', n: 4 });
    tell({ kind: 'note', n: 5 });
    return 'done';
  }, 'progress');
  expect(await run.result).toBe('done');
  const seen: number[] = [];
  for await (const { n } of run) seen.push(n);
  expect(seen).toEqual([3, 4, 5]);
});
