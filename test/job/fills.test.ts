/** Pooled fills on shares: the mean or the median of what there is, rounded, whoever has which rows; and nothing about how much there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FillGrid } from '../../src/encoding/fill-grid.ts';
import type { Job } from '../../src/job/file/job.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom } from '../../src/job/file/job-file.ts';
import { jobPlan, twinPlan } from '../../src/job/file/task.ts';
import { fillsOf, pooledOf } from '../../src/job/node/fills.ts';
import type { OwnRecords } from '../../src/job/node/own-records.ts';
import { ownerInputs } from '../../src/job/node/owner.ts';
import type { Plan, TrustMode } from '../../src/plan/plan.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { openingsOf } from '../../src/plan/quote/openings.ts';
import { MIDDLE_PLACE } from '../../src/plan/training/fills.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { PARTIES, TRUST } from '../protocol/harness.ts';

type Fill = 'mean' | 'median';
/** The values of one feature at each party; NaN is a missing one. */
type Held = readonly (readonly number[])[];

interface Setting {
  readonly range: readonly [number, number];
  readonly leastRows?: number;
  readonly trust?: TrustMode;
}

/** The same values are filled by both. */
function jobOf(rows: readonly number[], { range, leastRows = 1, trust = 'honest-majority' }: Setting): Job {
  const feature = (fill: Fill) => ({ range: [...range] as [number, number], missing: fill });
  const description: JobDescription = {
    trefoil: 1,
    name: 'fills',
    trust,
    parties: [
      { name: PARTIES[0], train: rows[0], test: 0 },
      { name: PARTIES[1], train: rows[1], test: 0 },
      { name: PARTIES[2], train: rows[2], test: 0 },
    ],
    data: {
      label: 'y',
      leastRows,
      standardise: 'range',
      features: { 'by mean': feature('mean'), 'by median': feature('median') },
    },
    model: { type: 'logistic' },
    training: { epochs: 1, batch: 1, learningRate: 0.1 },
    reveal: { fills: PARTIES, model: PARTIES },
  };
  return jobFrom(description);
}

const recordsOf = (values: readonly number[]): OwnRecords => ({
  train: {
    features: Float64Array.from(values.flatMap((value) => [value, value])),
    labels: new Float64Array(values.length),
    rows: values.length,
    columns: 2,
  },
});

/** The phases of the fills alone. */
const fillsAlone = (plan: Plan): Plan => ({
  ...plan,
  sessions: plan.sessions.filter(({ phase }) => plan.phases[phase].name === 'pooled fills'),
});

/** What every party learns, and what everybody's records together would give. */
async function computed(job: Job, held: Held) {
  const plan = fillsAlone(jobPlan(job));
  const inputs = new Map(PARTIES.map((name, i) => [name, ownerInputs(job, recordsOf(held[i]))] as const));
  const { outcomes, links } = await simulate(
    plan,
    (name) => inputs.get(name as 'north') ?? (() => new Float64Array(0)),
  );
  const twin = runFloat64(
    fillsAlone(twinPlan(job)),
    () => ownerInputs(job, recordsOf(held.flat())),
    publicStreams(new Uint8Array(32)),
  );
  const revealed = PARTIES.map((name) => outcomes.get(name)?.revealed ?? new Map<string, Float64Array>());
  return { plan, outcomes, links, revealed, twin };
}

const fills = (job: Job, revealed: Revealed) => fillsOf(pooledOf(job), revealed);
const present = (held: Held) => held.flat().filter((value) => !Number.isNaN(value));
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The lower one of two in the middle. */
const medianOf = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1];

const ranges = fc.constantFrom<[number, number]>([0, 120], [0, 1], [-3, 2.5], [1000, 1001], [-1e6, 5], [0.1, 0.7]);
const heldIn = ([low, high]: readonly [number, number]) => {
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: low, max: high, noNaN: true }) },
    { weight: 2, arbitrary: fc.constantFrom(low, high, low / 2 + high / 2) },
    { weight: 3, arbitrary: fc.constant(Number.NaN) },
  );
  const rows = fc.array(value, { minLength: 1, maxLength: 12 });
  return fc.tuple(rows, rows, rows);
};

describe.each(TRUST)('in %s', (trust) => {
  it('a fill is the mean and the median of the values that there are, to half a step', async () => {
    const cases = ranges.chain((range) => fc.record({ range: fc.constant(range), held: heldIn(range) }));
    await fc.assert(
      fc.asyncProperty(cases, async ({ range, held }) => {
        const job = jobOf(
          held.map((rows) => rows.length),
          { range, trust },
        );
        const { revealed, twin } = await computed(job, held);
        const found = revealed.map((of) => fills(job, of));
        expect(found[1]).toEqual(found[0]);
        expect(found[2]).toEqual(found[0]);
        expect(fills(job, twin)).toEqual(found[0]);
        const [values, { step }] = [present(held), new FillGrid({ low: range[0], high: range[1] }, MIDDLE_PLACE)];
        expect(step).toBeLessThanOrEqual((range[1] - range[0]) / 4096);
        expect(step).toBeGreaterThanOrEqual((range[1] - range[0]) / 4096 / 2.5 - 1e-15);
        const wanted =
          values.length === 0
            ? { 'by mean': range[0] / 2 + range[1] / 2, 'by median': range[0] / 2 + range[1] / 2 }
            : { 'by mean': meanOf(values), 'by median': medianOf(values) };
        for (const name of ['by mean', 'by median'] as const) {
          expect(found[0][name]).toBeGreaterThanOrEqual(range[0]);
          expect(found[0][name]).toBeLessThanOrEqual(range[1]);
          // At the ends of a range, a whole step may be cut off.
          const isAtEnd = Math.min(wanted[name] - range[0], range[1] - wanted[name]) < step;
          const most = (isAtEnd ? 1 : 0.5) * step * (1 + 1e-4);
          expect(Math.abs(found[0][name] - wanted[name])).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('opens as many numbers in as many rounds and bytes as planned, and the same whatever number of values is behind a fill', async () => {
    const rows = [4, 6, 5];
    const job = jobOf(rows, { range: [0, 100], trust });
    const { NaN: none } = Number;
    // Mean and median 40 of fifteen values, and of three at one party.
    const many: Held = [
      [40, 40, 30, 50],
      [40, 40, 40, 40, 20, 60],
      [40, 40, 40, 10, 70],
    ];
    const few: Held = [
      new Array<number>(4).fill(none),
      [none, none, 35, 45, 40, none],
      new Array<number>(5).fill(none),
    ];
    const runs = [await computed(job, many), await computed(job, few)];
    for (const { plan, outcomes, links, revealed } of runs) {
      expect(fills(job, revealed[0])).toEqual({ 'by mean': 40, 'by median': 40 });
      expect([...revealed[0].keys()]).toEqual(['mean of by mean', 'median of by median']);
      const { rounds, bytes } = planCost(plan);
      expect(rounds).toBe(outcomes.get('south')?.rounds);
      for (const [node, planned] of Object.entries(bytes)) {
        const sent = [...(links.get(node)?.values() ?? [])].map((link) => link.sent);
        for (const kind of ['opening', 'input', 'output', 'correction'] as const) {
          expect(sent.reduce((sum, each) => sum + each[kind], 0)).toBe(planned[kind]);
        }
      }
    }
    expect(runs[0].revealed).toEqual(runs[1].revealed);
    expect(
      openingsOf(runs[0].plan, job.parties).map(({ name, numbers, times, to }) => ({ name, numbers, times, to })),
    ).toEqual(
      ['mean of by mean', 'median of by median'].map((name) => ({ name, numbers: 1, times: 2, to: [...PARTIES] })),
    );
  });

  it('gives the middle of the range where fewer rows have a value than leastRows, and the first fill from there on', async () => {
    const range = [0, 50] as const;
    const held = (count: number): Held => [
      [...new Array<number>(count).fill(7), ...new Array<number>(10 - count).fill(Number.NaN)],
      [7, 7],
      [Number.NaN],
    ];
    for (const [count, fill] of [
      [0, 25],
      [2, 25],
      [3, 7],
      [10, 7],
    ]) {
      const job = { ...jobOf([10, 2, 1], { range, trust }) };
      const withLeast = { ...job, data: { ...job.data, leastRows: 5 } };
      const { revealed, twin } = await computed(withLeast, held(count));
      expect(fills(job, revealed[0])).toEqual({ 'by mean': fill, 'by median': fill });
      expect(fills(job, twin)).toEqual({ 'by mean': fill, 'by median': fill });
    }
  });
});

it('values outside of the range count as its ends, where the job takes them', async () => {
  const job = jobOf([3, 1, 1], { range: [0, 10] });
  const { revealed } = await computed(job, [[-50, 20, 30], [4], [Number.NaN]]);
  expect(fills(job, revealed[0])).toEqual({ 'by mean': 6, 'by median': 4 });
});

it('a grid has few digits, whole numbers, and the values within its range', () => {
  const grid = new FillGrid({ low: 0, high: 120 }, MIDDLE_PLACE);
  expect(grid.step).toBe(0.02);
  expect([-1, 0, 1].map((more) => grid.value(MIDDLE_PLACE + more))).toEqual([59.98, 60, 60.02]);
  expect(grid.threshold(MIDDLE_PLACE)).toBe(59.99);
  expect([grid.value(0), grid.value(2 * MIDDLE_PLACE)]).toEqual([0, 120]);
  const end = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      end,
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (low, width, at) => {
        const high = low + width;
        const [value, of] = [low + at * (high - low), new FillGrid({ low, high }, MIDDLE_PLACE)];
        const number = Math.round((value - of.value(MIDDLE_PLACE)) / of.step) + MIDDLE_PLACE;
        expect(number).toBeGreaterThan(0);
        expect(number).toBeLessThan(2 * MIDDLE_PLACE);
        expect(Math.abs(of.value(number) - value)).toBeLessThanOrEqual(of.step);
      },
    ),
  );
});
