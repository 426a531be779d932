/** What is not resolved is said, by its key or its column; what is resolved is not mentioned. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolutionLines, withinResolved } from '../../src/cli/screens/resolution-screen.ts';
import { upperBound } from '../../src/data/figures.ts';
import type { Job } from '../../src/job/file/job.ts';
import { parseJob } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { nameOfParameter, rawParametersOf } from '../../src/job/model/raw-parameters.ts';
import { weightRounding } from '../../src/job/model/weight-rounding.ts';
import { coarseRecords } from '../../src/job/node/coarse-records.ts';
import { resolutionOf } from '../../src/job/report/resolution.ts';
import { resolutionWarnings } from '../../src/job/report/resolution-warnings.ts';
import { momentBits } from '../../src/plan/training/moments.ts';

const ROWS = 60;
const PARTIES = ['north', 'east', 'south'];

function jobOf(
  changes: { data?: object; model?: object; metrics?: object; reveal?: object; numbers?: object } = {},
): Job {
  const file = {
    trefoil: 1,
    name: 'resolution',
    trust: 'honest-majority',
    parties: PARTIES.map((name) => ({ name, train: ROWS / 3, test: 20 })),
    data: { label: 'y', standardise: 'moments', features: { a: [-5, 5], b: [0, 1e11] }, ...changes.data },
    model: changes.model ?? { type: 'logistic' },
    training: { epochs: 2, batch: 20, learningRate: 0.1 },
    numbers: changes.numbers ?? {},
    reveal: {
      moments: PARTIES,
      trainingLoss: PARTIES,
      metrics: changes.metrics ?? { logLoss: PARTIES },
      model: PARTIES,
      ...changes.reveal,
    },
  };
  return parseJob(JSON.stringify(file), 'job');
}

const regression = (half: number, numbers = {}) =>
  jobOf({
    data: { target: [-half, half] },
    model: { type: 'mlp', hidden: [], output: 'linear' },
    metrics: { squaredError: PARTIES },
    numbers,
  });

const unit = 2 ** -momentBits('squares', ROWS);

function warningsOf(job: Job, outputs: Readonly<Record<string, readonly number[]>>, trainingLoss = [0.4]): string[] {
  const all = {
    sums: [0, 0],
    squares: [ROWS, ROWS],
    'weights 1': [0.5, -0.25],
    'bias 1': [0.125],
    'log loss': [0.3],
    ...outputs,
  };
  const revealed = new Map(Object.entries(all).map(([name, values]) => [name, Float64Array.from(values)]));
  return resolutionWarnings(job, jobPlan(job), revealed, { trainingLoss, validation: [] });
}

describe('after a run', () => {
  it('nothing is said where all is resolved', () => {
    expect(warningsOf(jobOf(), {})).toEqual([]);
    expect(warningsOf(regression(100), { 'squared error': [1e-3] })).toEqual([]);
  });

  it('a feature whose variance is rounding is named, with what is resolved in its unit', () => {
    const [warning, ...more] = warningsOf(jobOf(), { squares: [ROWS, unit] });
    expect(more).toEqual([]);
    // √((1 + 2) units over 60 rows) of half the range: what was found and what is resolved.
    expect(warning).toContain(`b (${upperBound(5e10 * Math.sqrt((3 * unit) / ROWS), 2)})`);
    expect(warning).toMatch(/counts as constant.*narrow its range in data\.features/);
    expect(warning).not.toContain('a (');
    expect(warningsOf(jobOf(), { squares: [ROWS, 8 * unit] })).toEqual([
      expect.stringMatching(/hardly resolved.*: b \(13 %\)/),
    ]);
    expect(warningsOf(jobOf(), { squares: [ROWS, 40 * unit] })).toEqual([]);
  });

  it('many of them are one line', () => {
    const job = jobOf({ data: { features: { pixel: { count: 30, range: [0, 255] } } } });
    const zeros = new Array<number>(30).fill(0);
    const warnings = warningsOf(job, { sums: zeros, squares: zeros, 'weights 1': new Array<number>(30).fill(1) });
    expect(warnings).toEqual([expect.stringMatching(/pixel_0 \(.*pixel_19 \(.*\) and 10 more/)]);
  });

  it('losses below what series and rounding add are named by their keys', () => {
    expect(warningsOf(jobOf(), { 'log loss': [1e-3] }, [0.4, 0])).toEqual([
      'logLoss is 0.0030 or below, and no more is known of it, since 0.0020 is what is resolved',
      'trainingLoss is 0.0020 or below, and no more is known of it, since 0.0020 is what is resolved',
    ]);
  });

  it('a squared error is too, in the units of the target', () => {
    const resolved = resolutionOf(regression(1e8), jobPlan(regression(1e8))).squaredError ?? 0;
    // 4.9e-9 of the square of half the range.
    expect(resolved / 1e16).toBeGreaterThan(2 ** -28);
    expect(resolved / 1e16).toBeLessThan(2 ** -27);
    expect(warningsOf(regression(1e8), { 'squared error': [1e-9] })).toEqual([
      expect.stringMatching(
        /^squaredError is 5889\d{4} or below, .*since 4889\d{4} is what is resolved; narrow data\.target$/,
      ),
    ]);
  });

  it('and one that is near what weights resolve', () => {
    expect(warningsOf(regression(1e6), { 'squared error': [1e-8] })).toEqual([
      expect.stringMatching(
        /^squaredError is not far above what the weights resolve, 15 in .* narrow data\.target, or raise numbers\.fractionalBits, which can be up to \d+$/,
      ),
    ]);
    expect(warningsOf(regression(1e6, { fractionalBits: 20 }), { 'squared error': [1e-8] })).toEqual([]);
  });

  it('weights that are all 0 are not passed over', () => {
    const none = { 'weights 1': [2 ** -16, 0], 'squared error': [1e-3] };
    expect(warningsOf(regression(1e8), none)).toEqual([
      expect.stringMatching(
        /^all weights of a layer are 0.*1526 in the units of data\.target; narrow data\.target, or raise numbers\.fractionalBits, which can be up to \d+$/,
      ),
    ]);
    expect(warningsOf(jobOf(), { 'weights 1': [0, 0] })).toEqual([
      expect.stringMatching(
        /all weights of a layer are 0.*raise training\.learningRate, or raise numbers\.fractionalBits, which can be up to \d+$/,
      ),
    ]);
  });
});

describe('weights that rounding makes', () => {
  // Six steps of 60 rows in batches of 20: a deviation of one unit.
  const ofUnits = (...units: number[]) => ({ 'weights 1': units.map((of) => of * 2 ** -16) });
  const said =
    /^weights 1 are small beside their rounding: 3\.0 units.*can add 1\.0,.*raise training\.learningRate, or raise numbers\.fractionalBits/;

  it('are said to be, where rounding is more than an eighth of them', () => {
    expect(warningsOf(jobOf(), ofUnits(3, -3))).toEqual([expect.stringMatching(said)]);
    expect(warningsOf(jobOf(), ofUnits(-3, 0)), 'a constant feature has no rounding').toEqual([
      expect.stringMatching(said),
    ]);
    expect(warningsOf(jobOf(), ofUnits(7, 8))).toHaveLength(1);
    expect(warningsOf(jobOf(), ofUnits(9, -9))).toEqual([]);
    const [target] = warningsOf(regression(100), { ...ofUnits(3, 3), 'squared error': [1e-3] });
    expect(target).toMatch(/; narrow data\.target, or raise training\.learningRate, or raise numbers/);
  });

  it('are more after more steps, unless a penalty takes the rounding of earlier ones away', () => {
    const rounding = (epochs: number, l2: number) => {
      const job = jobOf();
      const changed = { ...job, training: { ...job.training, epochs, l2 } };
      return weightRounding(changed, jobPlan(changed), 1) * 2 ** 16;
    };
    expect(rounding(200, 0)).toBeCloseTo(10, 12);
    expect(rounding(800, 0)).toBeCloseTo(20, 12);
    // A rate of 0.1: every step leaves a half, so 4/3 steps of rounding are left.
    expect(rounding(200, 5)).toBeCloseTo(Math.sqrt(4 / 3 / 6), 12);
    expect(rounding(200, 10)).toBeCloseTo(Math.sqrt(1 / 6), 12);
  });
});

describe('an AUC by buckets', () => {
  const counts = (inOneBucket: number) => ({
    positives: [20],
    'ordered pairs': [1000],
    'pairs in one bucket': [inOneBucket],
  });

  it('is said to be off where its error is large, and why', () => {
    // 20 · 40 pairs, of which half of 50 are 3 %.
    const job = jobOf({ metrics: { auc: PARTIES } });
    expect(warningsOf(job, counts(50))).toEqual([
      expect.stringMatching(
        /^auc may be off by 0\.032: .* close together, or beyond ±28, .*training\.learningRate.* 1024 /,
      ),
    ]);
    expect(warningsOf(job, counts(32))).toEqual([]);
  });
});

describe('before a run a party is told of its own records', () => {
  const recordsOf = (values: (i: number) => readonly [number, number], label: (i: number) => number) => {
    const rows = 50;
    return {
      features: Float64Array.from(Array.from({ length: rows }, (_, i) => values(i)).flat()),
      labels: Float64Array.from({ length: rows }, (_, i) => label(i)),
      rows,
      columns: 2,
    };
  };
  const wave = (i: number) => Math.sin(2.7 * i);
  const train = recordsOf(
    (i) => [wave(i), 5000 + 1000 * wave(i + 9)],
    (i) => 200 + 600 * wave(i + 3),
  );

  it('that values of a feature are rounded away within its range', () => {
    const range = jobOf({ data: { standardise: 'range' }, reveal: { moments: [] } });
    expect(coarseRecords(range, 'north', { train })).toEqual([
      expect.stringMatching(/north .*: b; narrow.*data\.features/),
    ]);
    expect(coarseRecords(jobOf(), 'north', { train }), 'moments standardise it').toEqual([]);
    const constant = recordsOf((i) => [wave(i), 5000], wave);
    expect(coarseRecords(range, 'north', { train: constant }), 'nothing is lost of a constant').toEqual([]);
    const unit = jobOf({
      model: { type: 'mlp', hidden: [], output: 'sigmoid' },
      data: { standardise: 'range-to-unit', features: { a: [0, 16], b: [0, 16] } },
      numbers: { dataBits: 4 },
      reveal: { moments: [] },
    });
    const pixels = recordsOf((i) => [i % 17, i === 7 ? 1 : 0], wave);
    expect(coarseRecords(unit, 'north', { train: pixels }), 'sixteenths are exact').toEqual([]);
  });

  it('that labels are small in the target', () => {
    expect(coarseRecords(regression(1e5), 'east', { train })).toEqual([]);
    expect(coarseRecords(regression(1e8), 'east', { train })).toEqual([
      expect.stringMatching(/labels of east.*data\.target/),
    ]);
    expect(coarseRecords(regression(1e8), 'east', {})).toEqual([]);
  });
});

describe('screens', () => {
  it('show a number that is not resolved as a bound of the true one', () => {
    expect([withinResolved(0.3, 2e-3), withinResolved(1e-3, 2e-3), withinResolved(0, 4.9e-9)]).toEqual([
      '0.3000',
      '0.0030 or below',
      '4.9e-9 or below',
    ]);
    const sizes = fc.double({ min: 1e-30, max: 1e20, noNaN: true });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (resolved, part) => {
        const [shown] = withinResolved(part * resolved, resolved).split(' or below');
        expect(Number(shown)).toBeGreaterThanOrEqual((part + 1) * resolved * (1 - 2 ** -50));
        expect(Number(shown)).toBeLessThanOrEqual((part + 1) * resolved * 1.1001);
      }),
    );
  });

  it('say before a run what is resolved', () => {
    expect(resolutionLines(jobOf(), jobPlan(jobOf()))).toEqual([
      'log loss: 0.0020',
      'training loss: 0.0020',
      expect.stringMatching(
        /^deviation of a feature: [\d.]+e-1\d|^deviation of a feature: [\d.]+e-9 of its declared range/,
      ),
    ]);
    expect(resolutionLines(regression(1e6), jobPlan(regression(1e6))).join('\n')).toMatch(
      /squared error.*\ntraining loss.*\n.*: 15\n/,
    );
  });
});

describe('parameters in units of the records', () => {
  it('are those of a model file, with biases at the centre', () => {
    const revealed = new Map(
      Object.entries({
        sums: [0, -ROWS],
        squares: [ROWS / 4, ROWS / 16],
        'weights 1': [0.5, -0.25],
        'bias 1': [0.125],
      }).map(([name, values]) => [name, Float64Array.from(values)]),
    );
    // Means at the ends of a range have squares with a factor; those here are given as they are.
    const [a, , bias] = rawParametersOf(regression(100), new Map(revealed).set('sums', Float64Array.of(0, 0)));
    // Half the range of a is 5, and its deviation half of that.
    expect([a, bias]).toEqual([(100 * 0.5) / 2.5, 12.5]);
    const shapes = (...widths: number[]) => widths.slice(1).map((cols, i) => ({ rows: widths[i], cols, fanOut: cols }));
    const names = [0, 1, 2].map((place) => nameOfParameter(jobOf(), shapes(2, 1), place));
    expect(names).toEqual(['a', 'b', 'bias 1']);
    expect([4, 6, 9].map((place) => nameOfParameter(jobOf(), shapes(2, 2, 3), place))).toEqual([
      'bias 1',
      'weights 2',
      'weights 2',
    ]);
    expect(nameOfParameter(jobOf(), shapes(2, 2, 3), 12)).toBe('bias 2');
  });
});
