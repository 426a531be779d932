/** The data of a configuration that serves several jobs, by the name of each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadNodeConfig } from '../../src/job/node/node-config.ts';

const JOB = resolve('examples/breast-cancer-logistic.yaml');

function load(data: object, jobName?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'node.yaml');
  writeFileSync(file, JSON.stringify({ node: 'north', job: JOB, identity: 'north', peers: {}, data, output: 'out' }));
  const config = loadNodeConfig(file, jobName);
  return { data: config.data, inFolder: (path: string) => join(folder, path) };
}

it('is that of its own job, unless another one is asked for', () => {
  const byJob = {
    'breast-cancer-logistic': { train: 'cancer.csv' },
    digits: { train: 'digits.csv', test: 'rest.csv' },
  };
  const own = load(byJob);
  expect(own.data).toEqual({ train: own.inFolder('cancer.csv') });
  const other = load(byJob, 'digits');
  expect(other.data).toEqual({ train: other.inFolder('digits.csv'), test: other.inFolder('rest.csv') });
});

it('is that of any job where no job is named', () => {
  const { data, inFolder } = load({ train: 'all.csv' }, 'digits');
  expect(data).toEqual({ train: inFolder('all.csv') });
});

it('may be a slice of a pair of image files', () => {
  const { data, inFolder } = load({ train: { images: 'images', labels: 'labels', rows: [0, 100] } });
  expect(data.train).toEqual({ images: inFolder('images'), labels: inFolder('labels'), rows: [0, 100] });
  expect(() => load({ train: { images: 'images', labels: 'labels', rows: [7, 7] } })).toThrow('the first smaller');
});

const QUERY = { query: 'select 1' };

it('may be a query to a server that a URL names', () => {
  const { data, inFolder } = load({
    train: { postgres: { url: 'postgresql://reader%40ward@db.example:5433/clinic', passwordFile: 'p', ...QUERY } },
  });
  const place = { host: 'db.example', port: 5433, database: 'clinic', user: 'reader@ward' };
  expect(data.train).toEqual({ postgres: { ...place, passwordFile: inFolder('p'), ...QUERY } });
  const byDefault = load({ train: { postgres: { url: 'postgres://reader@[::1]/clinic', ...QUERY } } });
  expect(byDefault.data.train).toEqual({
    postgres: { host: '::1', port: 5432, database: 'clinic', user: 'reader', ...QUERY },
  });
});

it.each([
  ['postgresql://reader:hunter2@db/clinic', 'must have no password'],
  ['postgresql://reader:hunter2@db:port/clinic', 'must be a URL such as postgresql://user@host:5432/database'],
  ['mysql://reader:hunter2@db/clinic', 'must begin with postgresql://'],
  ['postgresql://reader@db/clinic?password=hunter2', 'must have nothing behind the database'],
  ['postgresql://db/hunter2', 'must name a user, a host and a database'],
  ['postgresql://reader@db/hunter2%zz', 'must have % only before two hexadecimal digits'],
])('a URL is refused without showing it: %s', (url, says) => {
  let message = '';
  try {
    load({ train: { postgres: { url, ...QUERY } } });
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(message).toContain(`data.train.postgres.url ${says}`);
  expect(message).not.toContain('hunter2');
});

it('names the nearest when the job has none', () => {
  const byJob = { 'breast-cancer-logistics': { train: 'cancer.csv' } };
  expect(() => load(byJob)).toThrow(
    "line 1: data has no files for the job 'breast-cancer-logistic'; did you mean 'breast-cancer-logistics'?",
  );
});

it.each([
  [
    { train: 3 },
    ['data.train must be the path of a CSV, Parquet or JSON file, or a mapping with file, images, query or postgres'],
  ],
  [
    { train: { image: 'i' } },
    ['images is missing', 'labels is missing', "'image' in data.train; did you mean 'images'"],
  ],
  [{ digits: { trian: 'a.csv' } }, ["unknown key 'trian' in data.digits; did you mean 'train'?"]],
  [{ digits: { train: 'a.csv' }, train: 'b.csv' }, ["unknown key 'digits' in data"]],
  [[], ['data must be a mapping with train, test, validation']],
])('is refused as %j', (data, problems) => {
  const expected = problems.map((problem) => expect.stringContaining(problem));
  expect(() => load(data)).toThrow(expect.objectContaining({ problems: expected }));
});
