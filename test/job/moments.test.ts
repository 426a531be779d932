/** Pooled moments as they are opened: all digits that the ring has room for, and constant features known as such by everybody alike. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Records } from '../../src/data/records.ts';
import { isConstant, squaresFactors } from '../../src/data/standardise.ts';
import type { Job } from '../../src/job/file/job.ts';
import { parseJob } from '../../src/job/file/job-file.ts';
import { jobPlan, TWIN, twinPlan } from '../../src/job/file/task.ts';
import { pooledMoments } from '../../src/job/node/moments.ts';
import type { OwnRecords } from '../../src/job/node/own-records.ts';
import { ownerInputs, scalingOf } from '../../src/job/node/owner.ts';
import { momentBits } from '../../src/plan/training/moments.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate, simulateInTheClear } from '../../src/runtime/clear/simulate.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { TRUST } from '../protocol/harness.ts';

const PARTIES = ['north', 'east', 'south'];

const jobOf = (rows: readonly number[], features: Readonly<Record<string, readonly [number, number]>>): Job =>
  parseJob(
    JSON.stringify({
      trefoil: 1,
      name: 'moments',
      trust: 'honest-majority',
      parties: PARTIES.map((name, i) => ({ name, train: rows[i], test: 0 })),
      data: { label: 'y', leastRows: 1, standardise: 'moments', features },
      model: { type: 'logistic' },
      training: { epochs: 1, batch: 1, learningRate: 0.1 },
      reveal: { moments: PARTIES, model: PARTIES },
    }),
    'job',
  );

const recordsOf = (columns: readonly (readonly number[])[], rows: number): Records => ({
  features: Float64Array.from({ length: rows * columns.length }, (_, i) => {
    const column = columns[i % columns.length];
    return column[Math.floor(i / columns.length)];
  }),
  labels: new Float64Array(rows).map((_, i) => i % 2),
  rows,
  columns: columns.length,
});

/** The records of each party, its rows one after the other. */
function owned(rows: readonly number[], columns: readonly (readonly number[])[]): OwnRecords[] {
  let first = 0;
  return rows.map((count) => {
    const own = columns.map((column) => column.slice(first, first + count));
    first += count;
    return { train: recordsOf(own, count) };
  });
}

/** What is opened of the sums of all owners, each rounded to fixed point where that is asked for. */
function opened(job: Job, owners: readonly OwnRecords[], round: boolean): Revealed {
  const revealed = new Map<string, Float64Array>();
  const rows = job.parties.reduce((sum, { train }) => sum + train, 0);
  for (const moment of ['sums', 'squares'] as const) {
    const unit = 2 ** -momentBits(moment, rows);
    const parts = owners.map((own) => ownerInputs(job, own)(moment, revealed, { first: 0, count: 1 }));
    const total = parts[0].map((_, j) =>
      parts.reduce((sum, part) => sum + (round ? Math.round(part[j] / unit) * unit : part[j]), 0),
    );
    revealed.set(moment, total);
  }
  return revealed;
}

const three = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 400 })));

describe('a constant feature', () => {
  it('is one in fixed point and in float64, whatever its value and however many rows there are', () => {
    const within = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(three, within, fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (rows, at, half) => {
        const value = at * half;
        fc.pre(Math.abs(value) <= half);
        const job = jobOf(rows, { x: [-half, half] });
        const all = rows.reduce((sum, count) => sum + count, 0);
        const owners = owned(rows, [new Array<number>(all).fill(value)]);
        const together = [{ train: recordsOf([new Array<number>(all).fill(value)], all) }];
        for (const revealed of [opened(job, owners, true), opened(job, owners, false), opened(job, together, false)]) {
          expect(isConstant(pooledMoments(job, revealed), 0)).toBe(true);
          // Only range-scaled: a value is not blown up to ±1.
          expect(scalingOf(job, revealed).scale[0]).toBe(half);
        }
      }),
    );
  });

  it('is no other one than a feature that deviates by a billionth of its range, near an end of it, or by 1e-8 in its middle', () => {
    for (const [middle, deviation] of [
      [-1, 1e-9],
      [1, 1e-9],
      [0, 1e-8],
    ]) {
      const rows = [120, 80, 50];
      const job = jobOf(rows, { x: [-1, 1] });
      const column = Array.from(
        { length: 250 },
        (_, i) => middle * (1 - 2 * deviation) + deviation * Math.cos(i) * Math.SQRT2,
      );
      const exact = opened(job, [{ train: recordsOf([column], 250) }], false);
      const [found, wanted] = [opened(job, owned(rows, [column]), true), exact].map((of) => pooledMoments(job, of));
      expect([isConstant(found, 0), isConstant(wanted, 0)]).toEqual([false, false]);
      expect(Math.abs(found.variances[0] - wanted.variances[0])).toBeLessThanOrEqual(found.resolved[0]);
      expect(found.variances[0] / wanted.variances[0]).toBeCloseTo(1, middle === 0 ? 1 : 3);
    }
  });
});

it('squares have room in the ring whatever the factor: at most four a row', () => {
  const value = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(-1, 1, 1 - 2 ** -53, -1 + 2 ** -40),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      const [factor] = squaresFactors(Float64Array.of(mean));
      expect(Math.log2(factor) % 1).toBe(0);
      expect(factor).toBeGreaterThanOrEqual(1);
      expect(factor * values.reduce((sum, x) => sum + (x - mean) ** 2, 0)).toBeLessThan(4 * values.length);
    }),
  );
});

it.each(TRUST)('the parties, their twin and float64 take the same features for constant, in %s', async (trust) => {
  const rows = [40, 30, 20];
  const features = { income: [0, 1e11], site: [0, 100], year: [1900, 2100] } as const;
  const job = { ...jobOf(rows, features), trust };
  const draw = (i: number, k: number) => Math.cos(7.3 * i + k) * Math.SQRT2;
  const columns = [
    Array.from({ length: 90 }, (_, i) => 5000 + 1000 * draw(i, 1)),
    new Array<number>(90).fill(37.1),
    Array.from({ length: 90 }, (_, i) => 2024 + 0.01 * draw(i, 2)),
  ];
  const owners = owned(rows, columns);
  const inputs = new Map(PARTIES.map((name, i) => [name, ownerInputs(job, owners[i])]));
  const all = ownerInputs(job, { train: recordsOf(columns, 90) });
  const none = () => new Float64Array(0);
  const order = publicStreams(new Uint8Array(32).fill(1));
  const { outcomes } = await simulate(jobPlan(job), (name) => inputs.get(name) ?? none, { publicStreams: order });
  const twin = twinPlan(job);
  const worlds = [
    ...PARTIES.map((name) => outcomes.get(name)?.revealed ?? new Map()),
    await simulateInTheClear(twin, (name) => (name === TWIN ? all : none), order),
    runFloat64(twin, () => all, order),
  ];
  const exact = pooledMoments(job, worlds[4]);
  for (const revealed of worlds) {
    const moments = pooledMoments(job, revealed);
    expect(columns.map((_, j) => isConstant(moments, j))).toEqual([false, true, false]);
    for (const j of [0, 2]) expect(moments.variances[j] / exact.variances[j]).toBeCloseTo(1, 4);
  }
});

it('no record is read for the moments once a node has peers: sums are those that were taken before', () => {
  const job = jobOf([3, 0, 0], { x: [-1, 1] });
  const records = recordsOf([[0.5, -0.25, 0.75]], 3);
  const inputs = ownerInputs(job, { train: records });
  records.features.fill(Number.NaN);
  const revealed = new Map([['sums', inputs('sums', new Map(), { first: 0, count: 1 })]]);
  expect([...inputs('sums', new Map(), { first: 0, count: 1 })]).toEqual([1]);
  expect(inputs('squares', revealed, { first: 0, count: 1 })[0]).toBeGreaterThan(0);
});
