/** Columns of three tables in different orders, with rows that not all of them have: found by their keys, then trained as the rows that they are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingLines, termLines } from '../../src/cli/screens/openings-screen.ts';
import { TrefoilError } from '../../src/errors.ts';
import { alignedJob, keysToAlign, usedRows } from '../../src/job/alignment/aligned-job.ts';
import { agreementOnRows, toldPlan } from '../../src/job/alignment/told-rows.ts';
import { jobDigest } from '../../src/job/file/digest.ts';
import type { Job } from '../../src/job/file/job.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom, parseJob, withTrust } from '../../src/job/file/job-file.ts';
import { planJob } from '../../src/job/file/planned-job.ts';
import { heldOutRows, totalsOf } from '../../src/job/file/row-counts.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import { predict } from '../../src/job/model/predict-records.ts';
import { audit } from '../../src/job/rehearsal/audit.ts';
import { trainLocally } from '../../src/job/rehearsal/train-locally.ts';
import { quoteJob } from '../../src/job/report/quote.ts';
import { Comparison } from '../../src/transport/agreement-check.ts';
import { TRUST } from '../protocol/harness.ts';

const PARTIES = ['north', 'east', 'south'] as const;
/** Patients that each party knows: 40 to 79 are known to all. */
const KNOWN = { north: [0, 80], east: [40, 110], south: [20, 90] } as const;

interface Changes {
  readonly parties?: readonly object[];
  readonly data?: object;
  readonly rest?: object;
}

const rows = (name: (typeof PARTIES)[number]) => KNOWN[name][1] - KNOWN[name][0];
const OWNERS = [
  { name: 'north', train: rows('north'), test: 0, features: ['a', 'c'] },
  { name: 'east', train: rows('east'), test: 0, features: 'b' },
  { name: 'south', train: rows('south'), test: 0, label: true },
];

const written = ({ parties = OWNERS, data, rest }: Changes = {}): string =>
  JSON.stringify({
    trefoil: 1,
    name: 'apart',
    trust: 'honest-majority',
    parties,
    data: {
      label: 'ill',
      standardise: 'range',
      alignment: { keys: { patient: { ignore: ['case', 'punctuation'] } } },
      heldOut: { test: 0.25 },
      features: { a: [0, 1], b: [0, 1], c: [0, 1] },
      ...data,
    },
    model: { type: 'logistic' },
    training: { epochs: 6, batch: 10, learningRate: 0.5 },
    reveal: { model: PARTIES, metrics: { accuracy: PARTIES } },
    ...rest,
  });

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

const measure = (patient: number, k: number) => ((patient * 7919 + k * 104729) % 1009) / 1009;
const recordOf = (patient: number) => {
  const record = { a: measure(patient, 1), b: measure(patient, 2), c: measure(patient, 3) };
  const ward = ['surgery', 'heart', 'eyes'][patient % 3];
  const smoker = patient % 7 === 0 ? '' : patient % 2 === 0 ? 'yes' : 'no';
  return { ...record, ward, smoker, care: 0.5 + measure(patient, 4), ill: record.a + record.b > 1 ? 1 : 0 };
};

/** Each in an order of its own, with numbers in a form of its own. */
function tableOf(name: (typeof PARTIES)[number]) {
  const [first, end] = KNOWN[name];
  const forms = { north: (n: number) => `P-${n}`, east: (n: number) => `p${n}`, south: (n: number) => `p.${n}` };
  const order = (patient: number) => measure(patient, 10 + PARTIES.indexOf(name));
  return Array.from({ length: end - first }, (_, i) => first + i)
    .sort((a, b) => order(a) - order(b))
    .map((patient) => ({ patient: forms[name](patient), ...recordOf(patient) }));
}
/** A category at one party, a filled value and a logarithm at another, weights beside the label. */
const ENCODED: Changes = {
  parties: [
    { ...OWNERS[0], features: ['a', 'c', 'ward'] },
    { ...OWNERS[1], features: ['b', 'smoker*', 'log_b'] },
    OWNERS[2],
  ],
  data: {
    features: {
      a: [0, 1],
      b: [0.001, 1],
      c: [0, 1],
      ward: { category: ['surgery', 'heart', 'eyes'], reference: 'surgery' },
      smoker: { yesNo: true, missing: { constant: 'no', indicator: true } },
      log_b: { log: 'b' },
    },
    weight: { column: 'care', high: 2 },
  },
  rest: { training: { epochs: 6, batch: 10, learningRate: 0.1, classWeights: { 0: 1, 1: 1.5 } } },
};
const DATA = Object.fromEntries(PARTIES.map((name) => [name, { train: tableOf(name) }]));

describe('a job file', () => {
  it('plans for as many rows as there can be', () => {
    const job = jobOf();
    expect(totalsOf(job)).toEqual({ train: 52, test: 18, validation: 0 });
    expect(jobDigest(jobFrom(writtenJob(job) as JobDescription))).toBe(jobDigest(job));
    const { plan } = planJob(job);
    expect(plan.training.rows).toBe(52);
    expect(termLines(job, plan)[0]).toContain(
      'first north, east, south find by patient which rows they have in common',
    );
    expect(termLines(job, plan)[0]).toContain('70 are the most');
    expect(openingLines(job, plan).join()).toContain('over 18 rows (columns of north, east, south)');
  });

  it.each<[what: string, changes: Changes, says: string]>([
    [
      'test rows beside a split',
      { parties: [{ ...OWNERS[0], test: 10 }, OWNERS[1], OWNERS[2]] },
      'parties[0].test must be 0 with data.heldOut',
    ],
    [
      'a file that is not there',
      { parties: [{ ...OWNERS[0], validation: 20 }, OWNERS[1], OWNERS[2]], data: { heldOut: undefined } },
      'parties[1].validation must not be 0 where another party has such rows',
    ],
    [
      'a split of files in one order',
      { data: { alignment: 'same-order' } },
      'data.heldOut must be left out with same-order',
    ],
    [
      'one owner',
      {
        parties: [
          { name: 'north', train: 80, test: 0, features: '*', label: true },
          { name: 'east', train: 0, test: 0 },
          { name: 'south', train: 0, test: 0 },
        ],
      },
      'parties must be two at least that have columns to align',
    ],
    [
      'rows of two',
      { data: { alignment: { keys: { patient: {} }, find: 'pairs' } } },
      'data.alignment.find must be all',
    ],
    [
      'a batch that no rows fill',
      { rest: { training: { epochs: 1, batch: 60, learningRate: 0.5 } } },
      'training.batch must be at most 52',
    ],
    ['a share of all', { data: { heldOut: { test: 1 } } }, 'data.heldOut.test must be a number from 0 up, below 1'],
  ])('is refused with %s', (_, changes, says) => {
    expect(problems(changes)).toEqual(expect.arrayContaining([expect.stringContaining(says)]));
  });

  it('of whole rows is not trained by keys yet', () => {
    const parties = PARTIES.map((name) => ({ name, train: 40, test: 20 }));
    const job = jobOf({ parties, data: { heldOut: undefined } });
    expect(keysToAlign(job)).toBeUndefined();
    expect(() => planJob(job)).toThrow(/training uses them where parties have different columns alone/);
  });
});

it('an audit refuses rows that are not in one order yet', async () => {
  await expect(audit(jobOf(), { data: DATA }).result).rejects.toMatchObject({
    code: 'TREFOIL_USAGE',
    message: expect.stringContaining('audit the job with alignment: same-order'),
  });
});

describe('the rows that were found', () => {
  it('are split into parts that have each of them once', () =>
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        (count, test, validation) => {
          const held = { test, validation };
          const found = Uint32Array.from({ length: count }, (_, i) => 7 * i);
          const used = usedRows({ data: { heldOut: held } } as Job, new Map([['train' as const, found]]));
          const parts = [used.test, used.validation, used.train].map((part) => [...(part?.rows ?? [])]);
          expect(parts.flat()).toEqual([...found]);
          expect(parts.map(({ length }) => length)).toEqual([
            heldOutRows(count, held).test,
            heldOutRows(count, held).validation,
            heldOutRows(count, held).train,
          ]);
          expect(used.test?.file).toBe('train');
        },
      ),
    ));

  it('make the job that is trained, or are too few for it', () => {
    const job = jobOf();
    const aligned = alignedJob(job, { train: 30, test: 10, validation: 0 });
    expect(aligned.parties.map(({ train, test }) => [train, test])).toEqual([
      [30, 10],
      [30, 10],
      [30, 10],
    ]);
    expect(aligned.data.heldOut).toBeUndefined();
    const wide = jobOf({ rest: { training: { epochs: 2, batch: 20, learningRate: 0.2 } } });
    const batched = () => alignedJob(wide, { train: 11, test: 10, validation: 0 });
    expect(batched).toThrow(/do not fit the job: 11 training rows, 10 test rows/);
    expect(batched).toThrow(/training.batch must be at most 11/);
    const few = () => alignedJob(job, { train: 8, test: 3, validation: 0 });
    expect(few).toThrow(/8 train rows are at all of them, and data.leastRows asks for 10: compare the keys/);
    expect(few).toThrow(/3 test rows are at all of them/);
    const none = () => alignedJob(job, { train: 0, test: 0, validation: 0 });
    expect(none).toThrow(/too few rows in common:\s+- no training row is at all of them: compare the keys/);
    const rest = {
      training: { epochs: 2, batch: 52, learningRate: 0.2 },
      privacy: { epsilon: 8, delta: 1e-3, clip: 1, sampling: 'full' },
    };
    expect(alignedJob(jobOf({ rest }), { train: 30, test: 10, validation: 0 }).training.batch).toBe(30);
  });

  it('are heard of from those who know, if they say the same and no more than can be', () => {
    const planned = planJob(jobOf());
    const items = (rows: object) => ({ items: { 'rows in common': JSON.stringify(rows) } });
    const told = { train: 30, test: 10, validation: 0 };
    const peers = new Map<string, { items?: Record<string, string> }>([
      ['north', items(told)],
      ['east', {}],
      ['south', items(told)],
    ]);
    const heard = toldPlan(planned, peers);
    expect(heard.plan.training.rows).toBe(30);
    expect(heard.digests.job).toBe(planned.digests.job);
    const other = items({ ...told, train: 31 });
    expect(() =>
      toldPlan(
        planned,
        new Map([
          ['north', items(told)],
          ['south', other],
        ]),
      ),
    ).toThrow(/north and south tell of different rows/);
    expect(() => toldPlan(planned, new Map())).toThrow(/no peer tells how many rows were aligned/);
    for (const wrong of [
      { train: 1000, test: 0, validation: 0 },
      { train: -1, test: 0, validation: 0 },
      { train: 1.5, test: 0, validation: 0 },
      {},
    ]) {
      expect(() => toldPlan(planned, new Map([['north', items(wrong)]]))).toThrow(
        /a number of rows in common that the job does not allow/,
      );
    }
  });

  it('are compared between nodes that know them, and not with one that does not', () => {
    const planned = planJob(jobOf());
    const aligned = (train: number) => planJob(alignedJob(planned.job, { train, test: 10, validation: 0 }));
    const [mine, same, other, unknowing] = [aligned(30), aligned(30), aligned(31), undefined].map((each) =>
      agreementOnRows(planned, each),
    );
    expect(new Comparison('east', mine, same.items).isEqual).toBe(true);
    expect(new Comparison('dealer', mine, unknowing.items).isEqual).toBe(true);
    expect(new Comparison('east', unknowing, mine.items).isEqual).toBe(true);
    expect(new Comparison('east', mine, other.items).keys).toEqual(['plan', 'rows in common']);
  });
});

describe.each(TRUST)('in %s', (trust) => {
  it.each<[what: string, changes: Changes, drop?: string]>([
    ['columns of three, the label alone', {}],
    [
      'columns of two',
      { parties: [OWNERS[0], { ...OWNERS[1], label: true }, { name: 'south', train: 0, test: 0 }] },
      'south',
    ],
    [
      'columns of two, the dealing party without',
      { parties: [{ name: 'north', train: 0, test: 0 }, { ...OWNERS[1], features: ['a', 'b', 'c'] }, OWNERS[2]] },
      'north',
    ],
    ['encoded features and a column of weights', ENCODED],
  ])('trains on the rows that all have: %s', async (_, changes, dropped) => {
    const job = withTrust(jobOf(changes), trust);
    const data = Object.fromEntries(Object.entries(DATA).filter(([name]) => name !== dropped));
    const { report, model } = await trainLocally(job, { data, compare: true }).result;
    if (model === undefined) return expect.fail('no model');
    // North and east share 40 to 79; east and south 40 to 89.
    const common = dropped === 'north' ? 50 : 40;
    const { train, test } = heldOutRows(common, { test: 0.25, validation: 0 });
    const owners = report.parties.filter(({ name }) => name !== dropped);
    for (const party of owners) expect([party.train, party.test]).toEqual([train, test]);
    expect(report.job.digest).toBe(jobDigest(job));
    expect(report.cost.counted).toEqual(report.cost.planned);
    const most = quoteJob(planJob(job)).alignment;
    expect(Object.keys(report.alignment ?? {})).toEqual([...PARTIES]);
    for (const [name, cost] of Object.entries(report.alignment ?? {})) {
      expect(cost.counted).toBe(cost.planned);
      expect(cost.counted).toBeLessThanOrEqual(most?.bytes[name] ?? 0);
      expect(cost.rounds).toBe(most?.rounds);
      expect(cost.kinds.map((kind) => kind.common)).toEqual([name === dropped ? undefined : common]);
    }
    expect(report.parity?.maxWeightDifference).toBeLessThan(0.01);
    expect(report.quality.test.accuracy).toBe(report.quality.plaintext?.accuracy);
    expect(report.learnt.north[0]).toContain('how many rows the owners of columns have in common');
    // Whoever has all columns of a row predicts as for any model.
    const answers = await predict(model, [recordOf(200), recordOf(201)]);
    for (const { outputs } of answers) expect(outputs?.ill_probability).toBeGreaterThan(0);
  });
});
