/** What other nodes hear of records that do not fit the job: a column by the job's name, and a rule. */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BrokenRule, TrefoilError } from '../../src/errors.ts';
import { jobFrom, loadJob } from '../../src/job/file/job-file.ts';
import { planJob } from '../../src/job/file/planned-job.ts';
import type { ReachableNode } from '../../src/job/node/connect.ts';
import { readRecords } from '../../src/job/node/prepare.ts';
import { columnsTold } from '../../src/job/node/records-wanted.ts';
import { runNode } from '../../src/job/node/run-node.ts';
import { tellMismatch } from '../../src/job/node/tell-mismatch.ts';
import { abortedBy, abortOf } from '../../src/transport/abort.ts';
import { loadServices } from '../../src/transport/frames.ts';
import { Site } from '../parties/site.ts';

const folder = mkdtempSync(join(tmpdir(), 'trefoil-told-'));
const NAMES = ['north', 'east', 'south'] as const;

const jobOf = (data: object) =>
  jobFrom({
    trefoil: 1,
    name: 'told',
    trust: 'dealer',
    parties: [
      { name: 'north', train: 4, test: 0 },
      { name: 'east', train: 4, test: 0 },
      { name: 'south', train: 4, test: 0 },
    ],
    data: { label: 'ill', standardise: 'moments', leastRows: 1, ...data } as never,
    model: { type: 'logistic' },
    training: { epochs: 1, batch: 3, learningRate: 0.1 },
    reveal: { moments: [...NAMES], model: ['north'] },
  });

const declared = jobOf({
  features: {
    age: [1, 120],
    sex: { category: ['male', 'female'], reference: 'male' },
    admitted: { date: ['2000-01-01', '2030-12-31'] },
    smoker: { yesNo: true },
    logAge: { log: 'age' },
  },
  weight: { column: 'care', high: 5 },
});
const plain = jobOf({ features: { age: [1, 120], bmi: [10, 60] } });

const OWN = {
  age: { column: 'ALTER_JAHRE' },
  sex: { column: 'GESCHLECHT', codes: { m: 'male', w: 'female' } },
  care: { column: 'GEWICHT' },
  ill: { column: 'KRANK', codes: { ja: '1', nein: '0' } },
};
const HEADER = ['ALTER_JAHRE', 'GESCHLECHT', 'admitted', 'smoker', 'GEWICHT', 'KRANK'];
const GOOD = ['51', 'm', '2020-01-31', 'yes', '1', 'ja'];

/** The failure of a node with this table. */
async function failureOf(job: typeof plain, rows: readonly (readonly string[])[], columns?: object) {
  const file = join(folder, 'geheim.csv');
  writeFileSync(file, rows.map((row) => `${row.join(',')}\n`).join(''));
  const table = columns === undefined ? {} : { table: { columns: columns as never } };
  const read = readRecords({ node: 'east', data: { train: file }, ...table }, job, () => undefined);
  return (await read.then(
    () => expect.fail('the records were taken'),
    (error) => error,
  )) as TrefoilError;
}

const withCell = (at: number, cell: string) => GOOD.map((each, i) => (i === at ? cell : each));
const { Evaluators, DealerService, DealerParty, Alignment } = loadServices();
const CODECS = [Evaluators, DealerService, DealerParty, Alignment].flatMap((service) => [
  service.fromDialer,
  service.fromAcceptor,
]);

describe('what leaves a node whose records do not fit', () => {
  it.each<[string, (readonly string[])[], BrokenRule[]]>([
    ['a value outside its range', [HEADER, GOOD, withCell(0, '177'), GOOD, GOOD], [{ column: 'age', rule: 'range' }]],
    ['another unit', [HEADER, ...Array(4).fill(withCell(0, '5110'))], [{ column: 'age', rule: 'range' }]],
    ['a text', [HEADER, GOOD, withCell(0, 'steinalt'), GOOD, GOOD], [{ column: 'age', rule: 'type' }]],
    ['an empty cell', [HEADER, GOOD, withCell(0, ''), GOOD, GOOD], [{ column: 'age', rule: 'missing' }]],
    ['a level of nobody', [HEADER, GOOD, withCell(1, 'divers'), GOOD, GOOD], [{ column: 'sex', rule: 'levels' }]],
    ['no date', [HEADER, GOOD, withCell(2, '2020-02-31'), GOOD, GOOD], [{ column: 'admitted', rule: 'type' }]],
    ['a weight too large', [HEADER, GOOD, withCell(4, '6.75'), GOOD, GOOD], [{ column: 'care', rule: 'range' }]],
    ['no weight', [HEADER, GOOD, withCell(4, ''), GOOD, GOOD], [{ column: 'care', rule: 'missing' }]],
    ['a label of nobody', [HEADER, GOOD, withCell(5, 'vielleicht'), GOOD, GOOD], [{ column: 'ill', rule: 'levels' }]],
    ['no label', [HEADER, GOOD, withCell(5, ''), GOOD, GOOD], [{ column: 'ill', rule: 'missing' }]],
    ['no column', [HEADER, GOOD, GOOD, GOOD, GOOD].map((row) => row.slice(1)), [{ column: 'age', rule: 'column' }]],
    [
      'several',
      [HEADER, withCell(5, 'jein'), withCell(1, 'divers'), withCell(0, '177'), withCell(0, '178')],
      [
        { column: 'age', rule: 'range' },
        { column: 'sex', rule: 'levels' },
        { column: 'ill', rule: 'levels' },
      ],
    ],
    ['too few rows', [HEADER, GOOD, GOOD, GOOD], []],
  ])('%s: column and rule alone', async (_, rows, expected) => {
    const failure = await failureOf(declared, rows, OWN);
    const known = { nodes: NAMES, keys: [], phases: [], columns: columnsTold(declared) };
    const abort = abortOf('east', failure, known);
    expect(abort.broken).toEqual(expected);
    // Everything else is what any node that can not use its records says: no row, no number of rows, no name or cell of its table.
    expect({ ...abort, broken: [] }).toEqual({
      ...{ origin: 'east', code: 'TREFOIL_DATA', party: '', phase: '', how: '', nodes: [], keys: [], broken: [] },
    });
    const own = [...HEADER.filter((name) => name === name.toUpperCase()), ...rows.flat(), 'geheim', folder];
    const words = own.filter((word) => word.length > 2 && !columnsTold(declared).includes(word));
    for (const codec of CODECS) {
      const bytes = Buffer.from(codec.encode({ abort })).toString('latin1');
      for (const word of words) expect(bytes).not.toContain(word);
      const { message } = abortedBy(codec.decode(codec.encode({ abort }) as Buffer).abort ?? abort);
      for (const word of words) expect(message).not.toContain(word);
    }
  });

  it('the same of a table of numbers under the names of the job', async () => {
    const rows = [
      ['age', 'ill'],
      ['51', '1'],
      ['0', '1'],
      ['x', '0'],
      ['-', '2'],
    ];
    const { facts } = await failureOf(plain, rows);
    const known = { nodes: NAMES, keys: [], phases: [], columns: columnsTold(plain) };
    const { broken } = abortOf('east', (await failureOf(plain, rows)) as TrefoilError, known);
    expect(facts.broken).toHaveLength(5);
    expect(broken).toEqual([
      { column: 'age', rule: 'missing' },
      { column: 'age', rule: 'type' },
      { column: 'age', rule: 'range' },
      { column: 'bmi', rule: 'column' },
      { column: 'ill', rule: 'levels' },
    ]);
  });
});

describe('nodes that wait for one whose records do not fit', () => {
  const broken = (site: Site) => {
    const file = site.path('east', 'rows.csv');
    const lines = readFileSync('examples/breast-cancer/east-train.csv', 'utf8').split('\n');
    lines[3] = lines[3].replace(/^[^,]+/, 'geheim');
    writeFileSync(file, lines.join('\n'));
    site.changeConfig('east', ({ data }) => Object.assign(data ?? {}, { train: file }));
    return lines[0].split(',')[0];
  };
  const failures = (site: Site) =>
    Promise.all(
      NAMES.map((name) =>
        runNode(site.config(name)).result.then(
          () => undefined,
          (error) => error as TrefoilError,
        ),
      ),
    );

  it('hear which column breaks which rule', async () => {
    const site = await Site.create();
    const column = broken(site);
    const [north, east, south] = await failures(site);
    expect(east?.message).toMatch(/line 4, column '.+': a text, not a number/);
    for (const peer of [north, south]) {
      expect(peer?.message).toBe(
        `east stopped the run: east can not use its records: ${column} (a cell of another type); the screen of east says more (TREFOIL_DATA)`,
      );
      expect(peer?.code).toBe('TREFOIL_ABORTED');
    }
  });

  it('hear it where rows are aligned first, too', async () => {
    const site = await Site.create();
    for (const name of NAMES) {
      copyFileSync('examples/breast-cancer-vertical.yaml', site.path(name, 'job.yaml'));
      const text = readFileSync(`examples/breast-cancer-vertical/${name}.csv`, 'utf8');
      const lines = text.trimEnd().split('\n');
      if (name === 'east') lines[3] = lines[3].replace(/,[^,]+$/, ',geheim');
      writeFileSync(site.path(name, 'rows.csv'), `${lines.join('\n')}\n`);
      site.changeConfig(name, (config) => Object.assign(config, { data: { train: 'rows.csv' } }));
    }
    const [north, , south] = await failures(site);
    for (const peer of [north, south]) {
      expect(peer?.message).toMatch(
        /^east stopped the run: east can not use its records: \w+_error \(a cell of another type\);/,
      );
    }
  });

  it('hear nothing where a budget bounds what is told of records', async () => {
    const planned = planJob(loadJob('examples/breast-cancer-private.yaml'));
    // Without a configuration and an identity: an attempt to meet the peers would throw.
    const node = { self: 'east', planned } as ReachableNode;
    const refusal = new TrefoilError('TREFOIL_DATA', 'x', { facts: { broken: [{ column: 'age', rule: 'range' }] } });
    expect(await tellMismatch(node, refusal, new AbortController().signal)).toBeUndefined();
  });
});
