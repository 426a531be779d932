/** Folds: every row is held out once, and what is opened is what as many separate trainings give, in both trust modes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import { type Folds, foldRows, foldSizes, stepsInAll, stepsOfTraining } from '../../src/plan/folds.ts';
import { METRICS, metricsOf } from '../../src/plan/outputs/metrics.ts';
import type { Plan, TrainingSchedule } from '../../src/plan/plan.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { openingsOf } from '../../src/plan/quote/openings.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { type InputsOf, simulate } from '../../src/runtime/clear/simulate.ts';
import { FoldOrder } from '../../src/runtime/fold-order.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { TrainingOrder } from '../../src/runtime/training-order.ts';
import { atOnce } from '../../src/slices.ts';
import { TRUST } from '../protocol/harness.ts';
import { type Changes, inputsOf, logistic, NOBODY, ownedRows, PARTIES, recordsOf, taskOf } from './task.ts';

const streams = (seed: number) => publicStreams(new Uint8Array(32).fill(seed));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('the folds of rows', () => {
  const folded = fc
    .record({
      groups: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 3 }),
      count: fc.integer({ min: 2, max: 12 }),
      seed: fc.nat({ max: 255 }),
    })
    .map(({ groups, ...rest }) => ({ ...rest, groups, rows: groups.reduce((sum, own) => sum + own, 0) }))
    .filter(({ rows, count }) => rows >= count);

  const dealt = (rows: number, folds: Folds, seed: number) => {
    const order = new FoldOrder(rows, folds, streams(seed));
    atOnce(order.dealing());
    return {
      order,
      held: upTo(folds.count).map((fold) => upTo(foldRows(rows, folds, fold)).map((place) => order.row(fold, place))),
    };
  };

  it('hold every row out once, and train on all others', () => {
    fc.assert(
      fc.property(folded, ({ rows, groups, count, seed }) => {
        const { order, held } = dealt(rows, { count, groups }, seed);
        expect(held.flat().sort((a, b) => a - b)).toEqual(upTo(rows));
        held.forEach((own, fold) => {
          expect([...own, ...order.others(fold)].sort((a, b) => a - b)).toEqual(upTo(rows));
        });
      }),
    );
  });

  it('have as many rows of each owner as each other, to a row', () => {
    fc.assert(
      fc.property(folded, ({ rows, groups, count, seed }) => {
        const { held } = dealt(rows, { count, groups }, seed);
        let first = 0;
        for (const own of groups) {
          const [from, to] = [first, first + own];
          const counts = held.map((fold) => fold.filter((row) => row >= from && row < to).length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          first = to;
        }
        expect(foldSizes(rows, { count })).toEqual([...new Set(held.map(({ length }) => length))]);
      }),
    );
  });

  it('no step takes a row of the fold that its training holds out, and no row twice in an epoch', () => {
    fc.assert(
      fc.property(folded, fc.integer({ min: 1, max: 5 }), ({ rows, groups, count, seed }, batch) => {
        const stepsPerEpoch = Math.floor((rows - Math.ceil(rows / count)) / batch);
        fc.pre(stepsPerEpoch > 0);
        const training: TrainingSchedule = {
          ...{ rows, batch, epochs: 2, stepsPerEpoch, rates: [1], stepsPerRate: 1 },
          folds: { count, groups },
        };
        const order = new TrainingOrder({ training } as Plan, streams(seed));
        const { held } = dealt(rows, { count, groups }, seed);
        let epoch: number[] = [];
        for (let step = 0; step < stepsInAll(training); step++) {
          const fold = Math.floor(step / stepsOfTraining(training));
          const taken = [...order.batch(step)];
          expect(taken.some((row) => held[fold].includes(row))).toBe(false);
          epoch = step % stepsPerEpoch === 0 ? taken : [...epoch, ...taken];
          expect(new Set(epoch).size).toBe(epoch.length);
          if ((step + 1) % stepsOfTraining(training) !== 0) continue;
          expect(held[fold].map((_, place) => order.heldOut(step + 1, place))).toEqual(held[fold]);
        }
      }),
    );
  });
});

const softmax = (hidden: readonly number[]) =>
  perceptron({ inputs: 3, hidden, activation: 'relu', output: 'softmax', outputs: 3 });
const MODELS: Readonly<Record<string, Changes>> = {
  'a logistic regression': { architecture: logistic(3) },
  'a network of classes, with momentum': {
    architecture: softmax([4]),
    optimiser: { type: 'momentum', momentum: 0.5 } as TrainingTask['optimiser'],
    learningRate: { schedule: 'constant', initial: 0.1 },
  },
  'a model of a target': {
    architecture: { ...softmax([]), output: 'linear', outputs: 1 },
    learningRate: { schedule: 'constant', initial: 0.1 },
  },
};
const COUNT = 4;
/** 42 rows: two folds of 11 and two of 10. */
const GROUPS = [20, 13, 9];

function foldedTask(changes: Changes, folds: readonly string[] = []): TrainingTask {
  const task = taskOf({ clip: 1, epochs: 1, testRows: { north: 0, east: 0, south: 0 }, ...changes });
  const metrics = {
    ...NOBODY,
    ...Object.fromEntries(metricsOf(task.architecture.output).map((key) => [key, PARTIES])),
  };
  return {
    ...task,
    folds: { count: COUNT, groups: GROUPS },
    reveal: { trainingLoss: [], metrics, model: [], folds },
  };
}

/** The metrics from what was opened of so many rows. */
function metricsFrom(task: TrainingTask, rows: number, numbers: (name: string) => Float64Array | undefined) {
  const opened = { numbers, number: (name: string) => numbers(name)?.[0], rows, unit: 1 };
  return metricsOf(task.architecture.output).map((key): { key: string; value: unknown } => ({
    key,
    value: METRICS[key].read(opened)?.value,
  }));
}

/** What a training on the rows of all other folds, by itself, opens of the rows of its own. */
function separately(task: TrainingTask, plan: Plan, fold: number, seed: number): { rows: number; revealed: Revealed } {
  const { folds, reveal, ...rest } = task;
  const all = plan.training.rows;
  const held = foldRows(all, { count: COUNT }, fold);
  const alone: TrainingTask = {
    ...{ ...rest, trainRows: { north: all - held }, testRows: { north: held } },
    reveal: { ...reveal, folds: [], model: ['north'] },
  };
  const separate = trainingPlan(alone);
  expect(separate.training.stepsPerEpoch).toBeGreaterThanOrEqual(plan.training.stepsPerEpoch);
  const [whole, own] = [plan, separate].map((each) => new TrainingOrder(each, streams(seed)));
  const train = new Uint32Array(all - held);
  for (let step = 0; step < plan.training.stepsPerEpoch; step++) {
    const source = whole.batch(fold * plan.training.stepsPerEpoch + step);
    own.batch(step).forEach((row, i) => {
      train[row] = source[i];
    });
  }
  const test = upTo(held).map((place) => whole.heldOut((fold + 1) * plan.training.stepsPerEpoch, place));
  const records = PARTIES.map((owner) => recordsOf(task, 'train', owner));
  const { inputs, outputs } = task.architecture;
  const columns = {
    features: { values: records.flatMap(({ features }) => [...features]), cols: inputs },
    labels: { values: records.flatMap(({ labels }) => [...labels]), cols: outputs },
  };
  const alike: InputsOf =
    () =>
    (name, _, { first, count }) => {
      const [kind, of] = name.split('.') as ['train' | 'test', keyof typeof columns];
      const { values, cols } = columns[of];
      const rows = (kind === 'train' ? [...train] : test).slice(first, first + count);
      return Float64Array.from(rows.flatMap((row) => values.slice(row * cols, (row + 1) * cols)));
    };
  // It has a step more where its rows fill another batch; those of the folds have as many.
  const last = separate.sessions.map(({ phase, repeat }) => ({ phase, repeat }));
  const sessions = last.map((session) =>
    separate.phases[session.phase].trains ? { ...session, repeat: plan.training.stepsPerEpoch } : session,
  );
  return { rows: held, revealed: runFloat64({ ...separate, sessions }, alike, streams(seed)) };
}

describe.each(Object.keys(MODELS))('%s', (name) => {
  it('over folds measures what as many separate trainings in float64 do', () => {
    const task = foldedTask(MODELS[name], PARTIES);
    const plan = trainingPlan(task);
    const revealed = runFloat64(plan, inputsOf(task), streams(5));
    const alone = upTo(COUNT).map((fold) => separately(task, plan, fold, 5));
    const rows = plan.training.rows;
    expect([...revealed.keys()].filter((output) => output.endsWith(' of each fold')).length).toBeGreaterThan(0);
    for (const [output, numbers] of revealed) {
      if (!output.endsWith(' of each fold')) continue;
      const base = output.slice(0, -' of each fold'.length);
      const isMean = base === 'log loss' || base === 'squared error';
      alone.forEach((fold, f) => {
        const size = numbers.length / COUNT;
        const here = numbers.subarray(f * size, (f + 1) * size);
        const positives = fold.revealed.get('positives')?.[0] ?? 0;
        const there = base === 'pairs' ? [positives * (fold.rows - positives)] : (fold.revealed.get(base) ?? []);
        expect(there.length).toBe(size);
        here.forEach((value, i) => {
          expect(value).toBeCloseTo(isMean ? (there[i] * fold.rows) / rows : there[i], 9);
        });
      });
      const total = revealed.get(base) ?? new Float64Array(0);
      total.forEach((value, i) => {
        const ofFolds = upTo(COUNT).reduce((sum, f) => sum + numbers[f * total.length + i], 0);
        expect(value).toBeCloseTo(ofFolds, 9);
      });
    }
    expect(revealed.has('weights 1')).toBe(false);
  });

  it.each(TRUST)('in %s opens on shares what the float64 twin does, at the planned cost', async (trust) => {
    const task = foldedTask({ ...MODELS[name], trust, epochs: 2 }, ['east']);
    const plan = trainingPlan(task);
    const { outcomes, links, publicSeed } = await simulate(plan, inputsOf(task));
    const twin = runFloat64(plan, inputsOf(task), publicStreams(publicSeed));
    const [north, east] = ['north', 'east'].map((party) => outcomes.get(party)?.revealed ?? new Map());
    const rows = plan.training.rows;
    const [here, there] = [east, twin].map((of) => metricsFrom(task, rows, (output) => of.get(output)));
    here.forEach((metric, i) => {
      if (typeof metric.value === 'number') {
        // A row whose logits are next to each other may fall on the other side of rounding.
        expect(Math.abs(metric.value - (there[i].value as number))).toBeLessThan(
          metric.key === 'accuracy' ? 1.5 / rows : 0.05,
        );
      }
    });
    expect(here.filter(({ value }) => value !== undefined).length).toBe(metricsOf(task.architecture.output).length);
    expect([...north.keys()].filter((output) => output.endsWith(' of each fold'))).toEqual([]);
    const ofFolds = [...east.keys()].filter((output) => output.endsWith(' of each fold'));
    expect(ofFolds.length).toBe([...north.keys()].filter((output) => output !== 'alarm').length);
    for (const output of ofFolds) expect(east.get(output)?.length).toBe(twin.get(output)?.length);
    const cost = planCost(plan);
    expect(outcomes.get(plan.roles.evaluators[0])?.rounds).toBe(cost.rounds);
    for (const [node, each] of links) {
      const { opening, input, output, correction } = cost.bytes[node];
      const sent = [...each.values()].map((link) => link.sent);
      const counted = sent.map((kinds) => kinds.opening + kinds.input + kinds.output + kinds.correction);
      expect(counted.reduce((sum, bytes) => sum + bytes, 0)).toBe(opening + input + output + correction);
    }
  });
});

describe('a plan with folds', () => {
  it('has as many phases for ten folds as for two', () => {
    const phases = [2, 14].map((count) => {
      const task = foldedTask(MODELS['a logistic regression'] ?? {});
      return trainingPlan({ ...task, batch: 3, folds: { count, groups: GROUPS } }).phases.length;
    });
    expect(phases[1]).toBe(phases[0]);
  });

  it('counts pairs of folds on both sides of 1,024 rows in one way', () => {
    const task = foldedTask({ ...MODELS['a logistic regression'], batch: 512 }, PARTIES);
    const large = { ...task, trainRows: { north: 2050, east: 0, south: 0 }, folds: { count: 2, groups: [2050, 0, 0] } };
    const odd = { ...large, trainRows: { north: 2049, east: 0, south: 0 }, folds: { count: 2, groups: [2049, 0, 0] } };
    for (const each of [large, odd]) {
      const revealed = runFloat64(trainingPlan(each), inputsOf(each), streams(2));
      const [total, tied] = ['ordered pairs', 'pairs in one bucket'].map((name) => revealed.get(name)?.[0] ?? 0);
      const pairs = revealed.get('pairs')?.[0] ?? 0;
      expect(total / 2 / pairs).toBeGreaterThan(0.7);
      expect(total / 2 / pairs).toBeLessThanOrEqual(1);
      expect(tied / pairs).toBeLessThan(0.1);
      expect(revealed.get('pairs of each fold')?.length).toBe(2);
    }
  });

  it('says of everything that it opens over how many rows it is, and opens no model', () => {
    const task = foldedTask(MODELS['a logistic regression'] ?? {}, ['east']);
    const openings = openingsOf(trainingPlan(task), ownedRows(task));
    expect(openings.some(({ name }) => name.startsWith('weights'))).toBe(false);
    expect(openings.find(({ name }) => name === 'correct')).toMatchObject({
      ...{ rows: 42, ofRows: 42, to: PARTIES, numbers: 1, times: 1 },
      what: 'number of test rows classified rightly, over all 4 folds',
    });
    expect(openings.find(({ name }) => name === 'correct of each fold')).toMatchObject({
      ...{ rows: 10, ofRows: 42, to: ['east'], numbers: 4, times: 1 },
    });
    expect(openings.some(({ name }) => name === 'positives')).toBe(false);
  });
});
