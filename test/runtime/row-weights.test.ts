/** Weights of rows on shares: the model is that of the float64 twin, in both trust modes. */
import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import type { TrustMode } from '../../src/plan/plan.ts';
import { phaseRounds } from '../../src/plan/quote/cost.ts';
import { openingsOf } from '../../src/plan/quote/openings.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { type Changes, EVERYTHING, inputsOf, logistic, NOBODY, ownedRows, PARTIES, taskOf, weightsOf } from './task.ts';

const TRUST: readonly TrustMode[] = ['honest-majority', 'dealer'];
const WEIGHTS = { largest: 3, needsClassCounts: false };
const SHOWN = { ...EVERYTHING, metrics: { ...NOBODY, accuracy: PARTIES } };
const MODELS: Readonly<Record<string, Changes>> = {
  logistic: { architecture: logistic(3) },
  'a softmax without hidden layers': {
    architecture: perceptron({ inputs: 3, hidden: [], activation: 'relu', output: 'softmax', outputs: 3 }),
  },
  'a network with a sigmoid': {
    architecture: perceptron({ inputs: 3, hidden: [4], activation: 'relu', output: 'sigmoid', outputs: 1 }),
  },
  'a network with a softmax': {
    architecture: perceptron({ inputs: 3, hidden: [4], activation: 'relu', output: 'softmax', outputs: 3 }),
    l2: 0,
  },
};

const distance = (a: Revealed | undefined, b: Revealed, name: string) => {
  const [x, y] = [a?.get(name) ?? new Float64Array(0), b.get(name) ?? new Float64Array(0)];
  expect(x.length).toBe(y.length);
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);
};

const stepRounds = (task: TrainingTask) => {
  const plan = trainingPlan(task);
  return phaseRounds(plan.phases[plan.phases.findIndex(({ name }) => name === 'training')]);
};

describe.each(TRUST)('in %s', (trust) => {
  it.each(Object.keys(MODELS))('%s trains on weighted rows as the float64 twin does', async (name) => {
    const task = taskOf({ trust, weights: WEIGHTS, reveal: SHOWN, ...MODELS[name] });
    const plan = trainingPlan(task);
    const { outcomes, publicSeed } = await simulate(plan, inputsOf(task));
    const twin = runFloat64(plan, inputsOf(task), publicStreams(publicSeed));
    const east = outcomes.get('east')?.revealed;
    // Series and rounding in 15 steps of rate 0.5, each up to three times what it is without weights.
    expect(distance(east, twin, 'weights 1')).toBeLessThan(0.015);
    expect(distance(east, twin, 'bias 1')).toBeLessThan(0.015);
    expect(distance(outcomes.get('north')?.revealed, twin, 'training loss')).toBeLessThan(0.03);
    const plain = runFloat64(
      trainingPlan(taskOf({ trust, reveal: SHOWN, ...MODELS[name] })),
      inputsOf(task),
      publicStreams(publicSeed),
    );
    expect(distance(plain, twin, 'weights 1')).toBeGreaterThan(0.02);
  });

  it('takes no round more where features enter weighted, and two where gradients are multiplied', () => {
    const rounds = Object.values(MODELS).map((changes) => {
      const task = taskOf({ trust, ...changes });
      return stepRounds({ ...task, weights: WEIGHTS }) - stepRounds(task);
    });
    expect(rounds).toEqual([0, 0, 2, 2]);
  });

  it('opens how many rows there are of each class, where weights are made from it', async () => {
    const task = taskOf({ trust, weights: { largest: 64, needsClassCounts: true } });
    const plan = trainingPlan(task);
    const counts: Readonly<Record<string, readonly number[]>> = { north: [15, 5], east: [13, 0], south: [4, 5] };
    const of = inputsOf(task);
    const { outcomes } = await simulate(plan, (owner) => (name, revealed, rows) => {
      if (name === 'classCounts') return Float64Array.from(counts[owner]);
      expect([...(revealed.get('class counts') ?? [])]).toEqual([32, 10]);
      const values = of(owner)(name, revealed, rows);
      // Weights of up to 64 would need a far lower rate.
      return name.startsWith('train.weight') ? values.map((value) => value / 64) : values;
    });
    for (const party of PARTIES)
      expect([...(outcomes.get(party)?.revealed.get('class counts') ?? [])]).toEqual([32, 10]);
    expect(openingsOf(plan, ownedRows(task))[0]).toMatchObject({ to: PARTIES, numbers: 2, times: 1, rows: 42 });
  });

  it('a row of weight 0 changes nothing, whatever its features are', async () => {
    const task = taskOf({ trust, weights: WEIGHTS });
    const plan = trainingPlan(task);
    const of = inputsOf(task);
    const seeds = { publicStreams: publicStreams(new Uint8Array(32)) };
    const other: typeof of = (owner) => (name, revealed, rows) => {
      const values = of(owner)(name, revealed, rows);
      if (name !== 'train.features' && name !== 'train.labels') return values;
      const cols = values.length / rows.count;
      const weights = weightsOf(task, owner);
      return values.map((value, i) => (weights[rows.first + Math.floor(i / cols)] === 0 ? 0 : value));
    };
    const models = await Promise.all(
      [of, other].map(async (inputs) => (await simulate(plan, inputs, seeds)).outcomes.get('east')?.revealed),
    );
    // Of the same plan they are apart by roundings alone: a unit a step.
    expect(distance(models[0], models[1] ?? new Map(), 'weights 1')).toBeLessThan(15 * 2 ** -15);
  });
});
