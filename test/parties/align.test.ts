/** `trefoil align` at three nodes, each a process with its own folder, over gRPC with mutual TLS. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { trefoil } from '../cli/program.ts';
import { type JobFile, PARTIES, Site } from './site.ts';

type Party = (typeof PARTIES)[number];

/** The same people are written differently at each hospital. */
const TABLES: Readonly<Record<Party, readonly string[]>> = {
  north: ['number,name,born', '0071,Ana Núñez,1970-01-02', '0072,Bo Ek,1971-03-04', '0073,Cy Oz,1972-05-06'],
  east: ['number,name,born', '73,CY OZ,06.05.1972', '80,Di Po,01.01.1980', '71,ANA NUNEZ,2.1.1970'],
  south: ['Nr,name,geboren', '90,Ed Ra,02.02.1990', '71,ana  nuñez,02.01.1970', '0073,Cy Oz,6.5.1972'],
};
const KEYS = {
  number: { ignore: ['leading-zeros'] },
  name: { ignore: ['case', 'accents', 'spaces'] },
  born: { dates: ['YYYY-MM-DD', 'DD.MM.YYYY'] },
};

interface AlignedJob extends JobFile {
  parties: { name: string; train: number; test: number }[];
  data: Record<string, unknown>;
}

async function siteWith(alignment: object, tables = TABLES): Promise<Site> {
  const site = await Site.create((written) => {
    const job = written as AlignedJob;
    job.parties = PARTIES.map((name) => ({ name, train: tables[name].length - 1, test: 0 }));
    Object.assign(job.data, { alignment, leastRows: 1 });
    job.training.batch = 2;
    Object.assign(job.reveal, { metrics: {} });
  });
  for (const name of PARTIES) {
    writeFileSync(site.path(name, 'patients.csv'), `${tables[name].join('\n')}\n`);
    site.changeConfig(name, (config) => {
      config.data = { train: 'patients.csv' };
      if (name === 'south') config.keys = { number: 'Nr', born: 'geboren' };
    });
  }
  return site;
}

/** Runs `trefoil align` to its end. */
async function align(...args: readonly string[]) {
  const program = trefoil('align', ...args);
  const { status } = await program.ended;
  return { code: status, stdout: program.stdout, stderr: program.stderr };
}

const start = (site: Site, name: Party) => align('--config', site.config(name));

/** The lists that a node wrote, by their names. */
function listsOf(site: Site, name: Party): Record<string, string> {
  const [folder] = readdirSync(site.path(name, 'out'));
  const path = site.path(name, join('out', folder));
  return Object.fromEntries(
    readdirSync(path).map((file) => {
      expect(statSync(join(path, file)).mode & 0o777).toBe(0o600);
      return [file, readFileSync(join(path, file), 'utf8')];
    }),
  );
}

it('writes the own rows that all three have, in one order, and says sizes alone', async () => {
  const site = await siteWith({ keys: KEYS });
  const ended = await Promise.all(PARTIES.map((name) => start(site, name)));
  expect(ended.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual(PARTIES.map(() => [0, '']));
  for (const { stdout, stderr } of ended) {
    expect(stdout).toContain('train rows with keys: north 3, east 3, south 3');
    expect(stdout).toContain('all three have 2');
    for (const text of ['Núñez', 'NUNEZ', '0071', '1970-01']) expect(stdout + stderr).not.toContain(text);
  }
  const people = PARTIES.map((name) => {
    const lines = (listsOf(site, name)['train-aligned.csv'] ?? '').trim().split('\n').slice(1);
    return lines.map((line) => {
      const [row, place] = line.split(',').map(Number);
      expect(place).toBe(row + 1);
      return TABLES[name][row].toLowerCase().includes('cy') ? 'Cy' : 'Ana';
    });
  });
  expect(people[0].toSorted()).toEqual(['Ana', 'Cy']);
  expect(people[1]).toEqual(people[0]);
  expect(people[2]).toEqual(people[0]);
});

it('writes which rows count where each counts once', async () => {
  const site = await siteWith({ keys: KEYS, find: 'pairs', keepers: ['south', 'north', 'east'] });
  const ended = await Promise.all(PARTIES.map((name) => start(site, name)));
  expect(ended.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual(PARTIES.map(() => [0, '']));
  expect(PARTIES.map((name) => listsOf(site, name)['train-counted.csv'])).toEqual([
    'row,place\n2,3\n',
    'row,place\n2,3\n',
    'row,place\n1,2\n2,3\n3,4\n',
  ]);
  expect(Object.keys(listsOf(site, 'north')).sort()).toEqual([
    'train-counted.csv',
    'train-shared-with-east.csv',
    'train-shared-with-south.csv',
  ]);
});

it('names keys that are alike, missing or no dates by their lines, before any peer is contacted', async () => {
  const north = ['number,name,born', '1,A,1970-01-02', '01,a,2.1.1970', ',B,1971-01-01', '3,C,1971-02-30'];
  const site = await siteWith({ keys: KEYS }, { ...TABLES, north });
  const { code, stderr } = await start(site, 'north');
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/line 3: the same keys as on line 2: keep one of them/);
  expect(stderr).toMatch(/line 4, column 'number': empty/);
  expect(stderr).toMatch(/line 5, column 'born': no date of the form YYYY-MM-DD or DD\.MM\.YYYY/);
  expect(stderr).not.toMatch(/1971|1970-01/);
});

it('rehearses on one machine', async () => {
  const site = await siteWith({ keys: KEYS, duplicates: 'first', missing: 'drop' });
  const configs = site.path('north', 'configs');
  mkdirSync(configs);
  for (const name of PARTIES) {
    const config = JSON.parse(readFileSync(site.config(name), 'utf8')) as Record<string, unknown>;
    const own = { ...config, data: { train: site.path(name, 'patients.csv') }, output: site.path(name, 'out') };
    writeFileSync(join(configs, `${name}.yaml`), JSON.stringify({ ...own, job: site.path(name, 'job.yaml') }));
  }
  const { code, stdout, stderr } = await align(site.path('north', 'job.yaml'), '--local', '--configs', configs);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  expect(stdout.match(/all three have 2/g)).toHaveLength(3);
  expect(Object.keys(listsOf(site, 'south'))).toEqual(['train-aligned.csv']);
});

it('a job without keys is refused', async () => {
  const site = await Site.create();
  const { code, stderr } = await start(site, 'east');
  expect(code).not.toBe(0);
  expect(stderr).toContain('has no keys in data.alignment');
});
