import { expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { jobDigest } from '../../src/job/file/digest.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom, loadJob } from '../../src/job/file/job-file.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import { predict } from '../../src/job/model/predict-records.ts';
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

/** The ages, sexes and pressures of four patients; what a party calls them and how it writes them is its own. */
const PATIENTS = Array.from({ length: 16 }, (_, i) => ({
  age: 20 + ((i * 37) % 60),
  sex: i % 3 === 0 ? 'male' : 'female',
  sugar: 80 + ((i * 53) % 90),
  ill: i % 2,
}));
const SCHEMA = jobFrom({
  trefoil: 1,
  name: 'own-tables',
  trust: 'honest-majority',
  parties: ['north', 'east', 'south'].map((name) => ({ name, train: 16, test: 0 })) as never,
  data: {
    label: 'ill',
    standardise: 'range',
    features: {
      age: { range: [0, 120], missing: { constant: 50, indicator: true } },
      sex: { category: ['male', 'female'], reference: 'male' },
      sugar: { range: [40, 400], unit: 'mg/dL', units: { 'mmol/L': 18.016 } },
    },
  },
  model: { type: 'logistic' },
  training: { epochs: 2, batch: 48, learningRate: 0.5 },
  reveal: { model: ['north'] },
});

it('rows of a program are encoded as the job declares, with own columns, codes, units and texts for missing values', async () => {
  const plain = { train: PATIENTS };
  async function* german() {
    for (const { age, sex, sugar, ill } of PATIENTS) {
      yield {
        ALTER: age === 57 ? 'k.A.' : `${age}`,
        G: sex === 'male' ? 'm' : 'w',
        BZ: sugar / 18.016,
        ill: ill === 1 ? 'ja' : 'nein',
      };
    }
  }
  const own = {
    train: german(),
    columns: {
      age: { column: 'ALTER', missing: ['k.A.'] },
      sex: { column: 'G', codes: { m: 'male', w: 'female' } },
      sugar: { column: 'BZ', unit: 'mmol/L' },
      ill: { codes: { ja: 1, nein: 0 } },
    },
  };
  const agreed = { train: PATIENTS.map((row) => ({ ...row, age: row.age === 57 ? null : row.age })) };
  // Without noise of rounding: all rows in each batch, in an order that does not count.
  const answersOf = async (north: object) => {
    const run = trainLocally(SCHEMA, { data: { north, east: plain, south: plain }, compare: true });
    const { report, model } = await run.result;
    expect(report.parity?.maxWeightDifference).toBeLessThan(1e-3);
    if (model === undefined) return expect.fail('no model');
    return (await predict(model, PATIENTS)).map(({ outputs }) => outputs?.ill_probability ?? Number.NaN);
  };
  const [mine, theirs] = [await answersOf(own), await answersOf(agreed)];
  expect(new Set(mine).size).toBeGreaterThan(4);
  for (const [i, answer] of mine.entries()) expect(Math.abs(answer - theirs[i])).toBeLessThan(1e-3);
});

it('what a program says of its tables is checked with all else', async () => {
  const data = {
    north: { train: PATIENTS, columns: { sexe: 'G', sugar: { column: 'BZ', unit: 'g' } } },
    east: { train: PATIENTS, columns: { age: { colum: 'ALTER' } } },
  };
  const run = trainLocally(SCHEMA, { data: data as never });
  const { code, problems } = (await run.result.catch((error) => error)) as TrefoilError;
  expect(code).toBe('TREFOIL_CONFIG');
  expect(problems.join('\n')).toMatch(/unknown key 'colum' in data\.east\.columns\.age; did you mean 'column'/);
  expect(problems).toContain('data.south.train is missing: the job says 16 rows');
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
