/** Multi-layer perceptrons trained on shares: step by step the float64 twin, measured as the model says, in the planned rounds. */

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ShortForm } from '../../src/graph/layers/short-form.ts';
import { type Architecture, perceptron } from '../../src/graph/mlp.ts';
import type { Optimiser } from '../../src/graph/optimisers/index.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { TRUST } from '../protocol/harness.ts';
import { type Changes, denseOf, inputsOf, NOTHING_BUT_THE_MODEL, PARTIES, recordsOf, taskOf } from './task.ts';

const INPUTS = 4;
const RATE = 0.1;
const MOMENTUM = { type: 'momentum', momentum: 0.8, nesterov: false } as const;
const NESTEROV = { ...MOMENTUM, nesterov: true } as const;
const RMSPROP = { type: 'rmsprop', decay: 0.9, epsilon: 0.05 } as const;
const ADAM = { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 0.01 } as const;

type Model = ShortForm &
  Pick<Architecture, 'output'> & {
    readonly optimiser: Optimiser;
    readonly clipGradient?: number;
  };
const MODELS: readonly Model[] = [
  { hidden: [], activation: 'relu', output: 'softmax', optimiser: { type: 'sgd' } },
  { hidden: [], activation: 'relu', output: 'linear', optimiser: NESTEROV },
  { hidden: [], activation: 'relu', output: 'sigmoid', optimiser: MOMENTUM },
  { hidden: [7, 5], activation: 'relu', output: 'softmax', optimiser: { type: 'sgd' } },
  { hidden: [7, 5], activation: 'relu', output: 'softmax', optimiser: NESTEROV },
  { hidden: [6], activation: 'sigmoid', output: 'softmax', optimiser: MOMENTUM },
  { hidden: [6], activation: 'relu', output: 'sigmoid', optimiser: MOMENTUM },
  { hidden: [6, 4], activation: 'sigmoid', output: 'sigmoid', optimiser: { type: 'sgd' } },
  { hidden: [3], activation: 'relu', output: 'linear', optimiser: { type: 'sgd' } },
  { hidden: [], activation: 'relu', output: 'sigmoid', optimiser: { type: 'sgd' }, clipGradient: 0.05 },
  { hidden: [6], activation: 'relu', output: 'softmax', optimiser: { type: 'sgd' }, clipGradient: 0.03 },
  { hidden: [4], activation: 'relu', output: 'linear', optimiser: NESTEROV, clipGradient: 0.03 },
  { hidden: [5], activation: 'relu', output: 'softmax', optimiser: ADAM },
  { hidden: [], activation: 'relu', output: 'sigmoid', optimiser: ADAM },
  { hidden: [4], activation: 'sigmoid', output: 'linear', optimiser: ADAM, clipGradient: 0.03 },
  { hidden: [5], activation: 'relu', output: 'softmax', optimiser: RMSPROP },
  { hidden: [4], activation: 'sigmoid', output: 'linear', optimiser: RMSPROP, clipGradient: 0.03 },
];
const named = MODELS.map((model) => ({
  ...model,
  by: [
    `${model.optimiser.type}${model.optimiser === NESTEROV ? ' (Nesterov)' : ''}`,
    ...(model.clipGradient === undefined ? [] : ['clipped']),
  ].join(', '),
}));

function taskWith({ optimiser, clipGradient, ...architecture }: Model, changes: Changes = {}): TrainingTask {
  const outputs = architecture.output === 'softmax' ? 3 : 1;
  return taskOf({
    architecture: perceptron({ inputs: INPUTS, outputs, ...architecture }),
    optimiser,
    ...(clipGradient === undefined ? {} : { clipGradient }),
    clip: 1,
    learningRate: { schedule: 'constant', initial: RATE },
    reveal: NOTHING_BUT_THE_MODEL,
    ...changes,
  });
}

const number = (revealed: Revealed | undefined, name: string) => revealed?.get(name)?.[0] ?? Number.NaN;
const parametersOf = (task: TrainingTask) =>
  [...denseOf(task).hidden, 0].flatMap((_, i) => [`weights ${i + 1}`, `bias ${i + 1}`]);

/** Largest distance of any parameter. */
function distance(task: TrainingTask, a: Revealed | undefined, b: Revealed | undefined): number {
  return Math.max(
    ...parametersOf(task).flatMap((name) => {
      const [x, y] = [a?.get(name), b?.get(name)];
      expect(x?.length, name).toBe(y?.length);
      return Array.from(x ?? [], (value, i) => Math.abs(value - (y?.[i] ?? Number.NaN)));
    }),
  );
}

/**
 * Fresh masks, but batches and initial weights of one seed, so that no run meets a unit within rounding of its kink, where the twin may
 * be on the other side and a row's whole gradient between them.
 */
async function trained(task: TrainingTask, seed = new Uint8Array(32).fill(5)) {
  const plan = trainingPlan(task);
  const order = publicStreams(seed);
  const { outcomes, links } = await simulate(plan, inputsOf(task), { publicStreams: order });
  const revealed = (party: string) => outcomes.get(party)?.revealed;
  return { plan, revealed, links, outcomes, twin: runFloat64(plan, inputsOf(task), order) };
}

/** The model applied in float64 to the test rows, as it was revealed. */
function logitsOf(task: TrainingTask, model: Revealed | undefined) {
  const { hidden, activation, outputs } = denseOf(task);
  const widths = [INPUTS, ...hidden, outputs];
  const act = (z: number) => (activation === 'relu' ? Math.max(0, z) : 1 / (1 + Math.exp(-z)));
  return PARTIES.flatMap((owner) => {
    const { features, labels } = recordsOf(task, 'test', owner);
    return Array.from({ length: features.length / INPUTS }, (_, row) => {
      const unit = 2 ** task.dataBits;
      const x = [...features.subarray(row * INPUTS, (row + 1) * INPUTS)].map((v) => Math.round(v * unit) / unit);
      const z = widths.slice(1).reduce((input, cols, layer) => {
        const [w, b] = [model?.get(`weights ${layer + 1}`), model?.get(`bias ${layer + 1}`)];
        const active = layer === 0 ? input : input.map(act);
        return Array.from({ length: cols }, (_, c) =>
          active.reduce((sum, v, i) => sum + v * (w?.[i * cols + c] ?? Number.NaN), b?.[c] ?? Number.NaN),
        );
      }, x);
      return { z, y: [...labels.subarray(row * outputs, (row + 1) * outputs)] };
    });
  });
}

describe.each(TRUST)('in %s', (trust) => {
  // A gradient on shares is off by the series and the tables, below 2e-3 in each probability and each sigmoid, and by 2^-12 of each
  // activation; on its way back it meets weights, inputs and outputs of layers of a size around 1, a few of them. So a step is off
  // by about rate·2e-3 at the most, and a unit of the last place. Adam's first step is 0.32·rate·(1 − β₁)·g/√(…), the root at least ε; that of RMSProp rate·g/√(…).
  it.each(named)('the first step of $hidden $activation, $output, by $by, is that of the twin', async (model) => {
    const task = taskWith(model, { trust, batch: 42, epochs: 1 });
    const { revealed, twin } = await trained(task);
    const off = distance(task, revealed('south'), twin);
    const reach =
      model.optimiser === NESTEROV ? 1.8 : model.optimiser === ADAM ? 3.2 : model.optimiser === RMSPROP ? 20 : 1;
    expect(off).toBeLessThan(2e-3 * RATE * reach + 2 ** -16);
    expect(distance(task, revealed('north'), revealed('east'))).toBe(0);
  });

  // 15 steps at this rate let an early error grow by little: a curvature of 2 would make it e^(15·0.1·2) = 20 times larger, if it did
  // not shrink instead. Momentum takes up to five times the step, and Adam in these steps, in which it corrects its
  // bias by 0.32 at the most, 0.32/ε times. RMSProp corrects nothing: 1/ε times.
  it.each(named)('training $hidden $activation, $output, by $by, stays with the twin', async (model) => {
    const reveal = {
      ...NOTHING_BUT_THE_MODEL,
      trainingLoss: ['north'],
      ...(model.output === 'linear'
        ? {}
        : { metrics: { ...NOTHING_BUT_THE_MODEL.metrics, accuracy: PARTIES, logLoss: ['east'] } }),
    };
    const task = taskWith(model, { trust, reveal });
    const { plan, revealed, twin, links, outcomes } = await trained(task);
    const steps = plan.training.stepsPerEpoch * task.epochs;
    const reach = { sgd: 1, momentum: 5, adam: 32, rmsprop: 20 }[model.optimiser.type];
    expect(distance(task, revealed('south'), twin)).toBeLessThan(steps * reach * (2e-3 * RATE + 2 ** -16));
    expect(Math.abs(number(revealed('north'), 'training loss') - number(twin, 'training loss'))).toBeLessThan(0.005);

    const cost = planCost(plan);
    for (const [node, mine] of links) {
      for (const kind of ['opening', 'input', 'output', 'correction'] as const) {
        const sent = [...mine.values()].reduce((sum, link) => sum + link.sent[kind], 0);
        expect(sent, `${kind} by ${node}`).toBe(cost.bytes[node][kind]);
      }
    }
    for (const name of plan.roles.evaluators) expect(outcomes.get(name)?.rounds).toBe(cost.rounds);

    if (model.output === 'linear') return;
    const rows = logitsOf(task, revealed('north'));
    const isSoftmax = model.output === 'softmax';
    const isRight = ({ z, y }: (typeof rows)[number]) =>
      isSoftmax ? y[z.indexOf(Math.max(...z))] === 1 : z[0] >= 0 === (y[0] === 1);
    // So close that an activation's last bits may decide.
    const isClose = ({ z }: (typeof rows)[number]) => {
      const [first, second = 0] = [...z].sort((a, b) => b - a);
      return Math.abs(first - second) < 2 ** -9;
    };
    const sure = rows.filter((row) => isRight(row) && !isClose(row)).length;
    for (const party of PARTIES) {
      expect(number(revealed(party), 'correct'), party).toBeGreaterThanOrEqual(sure);
      expect(number(revealed(party), 'correct'), party).toBeLessThanOrEqual(sure + rows.filter(isClose).length);
    }
    const losses = rows.map(({ z, y }) =>
      isSoftmax
        ? Math.log(z.reduce((sum, v) => sum + Math.exp(v), 0)) - z.reduce((sum, v, k) => sum + v * y[k], 0)
        : Math.log1p(Math.exp(z[0])) - y[0] * z[0],
    );
    const loss = losses.reduce((sum, value) => sum + value, 0) / rows.length;
    expect(Math.abs(number(revealed('east'), 'log loss') - loss)).toBeLessThan(2e-3);
  });

  it('a learning rate of 100 ends with the layers and steps where it went wrong, and with no model', async () => {
    for (const model of [MODELS[3], MODELS[6]]) {
      const task = taskWith(
        { ...model, optimiser: { type: 'sgd' } },
        {
          trust,
          clip: 2,
          learningRate: { schedule: 'constant', initial: 100 },
          reveal: { ...NOTHING_BUT_THE_MODEL, alarmSites: PARTIES },
        },
      );
      const names = new Set<string>();
      const order = publicStreams(new Uint8Array(32).fill(5));
      const observe = { onRevealed: (name: string) => names.add(name), publicStreams: order };
      const run = simulate(trainingPlan(task), inputsOf(task), observe);
      await expect(run).rejects.toMatchObject({
        code: 'TREFOIL_RANGE',
        problems: expect.arrayContaining([expect.stringMatching(/^layer \d, in steps \d+ to \d+$/)]),
      });
      expect(names).toEqual(new Set(['alarm']));
    }
  });

  it('a last step that throws weights beyond their limit is seen, too', async () => {
    const rate = { schedule: 'constant', initial: 500 } as const;
    const task = taskWith(
      { ...MODELS[6], optimiser: { type: 'sgd' } },
      { trust, batch: 42, epochs: 1, l2: 0, learningRate: rate },
    );
    const run = simulate(trainingPlan(task), inputsOf(task));
    await expect(run).rejects.toMatchObject({ code: 'TREFOIL_RANGE' });
  });
});

/** Initial weights, seen through a run whose steps are too small to move them: a rate of 2^-20 by a gradient below 64, twice. */
async function initialWeights(initial: TrainingTask['initial']) {
  const task = taskWith(MODELS[3], {
    initial,
    batch: 42,
    epochs: 1,
    learningRate: { schedule: 'constant', initial: 2 ** -16 },
  });
  const { revealed, twin } = await trained(task, randomBytes(32));
  expect(distance(task, revealed('south'), twin)).toBeLessThan(2 ** -15);
  return [1, 2, 3].map((layer) => [...(revealed('north')?.get(`weights ${layer}`) ?? [])]);
}

it.each(['he', 'glorot'] as const)('%s: layers begin differently, uniform within their own bounds', async (initial) => {
  const weights = await initialWeights(initial);
  const widths = [INPUTS, 7, 5, 3];
  weights.forEach((layer, i) => {
    const fan = initial === 'he' ? widths[i] : widths[i] + widths[i + 1];
    const bound = Math.sqrt(6 / fan);
    expect(layer.length).toBe(widths[i] * widths[i + 1]);
    const most = Math.max(...layer.map(Math.abs));
    expect(most).toBeLessThan(bound + 0.01);
    // Of 15 or more uniform numbers all lie within 0.4 of the bound with probability 0.4^15 = 1e-6.
    expect(most).toBeGreaterThan(0.4 * bound);
    // Two of 35 numbers may fall on one of 10^5 multiples of 2^-16, three pairs of them do with probability below 1e-6.
    expect(new Set(layer).size).toBeGreaterThan(layer.length - 3);
  });
  // The largest weight of two layers may well be their first, so the first is held against the second.
  const scaled = weights.map(([first, second]) => first / second);
  expect(new Set(scaled).size).toBe(weights.length);
  const again = await initialWeights(initial);
  expect(again[0]).not.toEqual(weights[0]);
});

it.each([
  [[128, 128], 35],
  [[128], 26],
])('a step of 784-%j-10 with softmax takes at most %i rounds', (hidden, most) => {
  const task = taskOf({
    architecture: perceptron({ inputs: 784, hidden, activation: 'relu', output: 'softmax', outputs: 10 }),
    optimiser: MOMENTUM,
    trainRows: { north: 20_000, east: 20_000, south: 20_000 },
    batch: 128,
    clip: 1,
    dataBits: 8,
    learningRate: { schedule: 'constant', initial: 0.1 },
  });
  const { phases } = trainingPlan(task);
  expect(phases.find(({ trains }) => trains)?.openingRounds).toBeLessThanOrEqual(most);
});

it('the twin draws the same initial weights from the same seed, others from another', () => {
  const task = taskWith(MODELS[3], { batch: 42, epochs: 1 });
  const plan = trainingPlan(task);
  const [seed, other] = [randomBytes(32), randomBytes(32)];
  const weights = (from: Uint8Array) => [
    ...(runFloat64(plan, inputsOf(task), publicStreams(from)).get('weights 1') ?? []),
  ];
  expect(weights(seed)).toEqual(weights(seed));
  expect(weights(other)).not.toEqual(weights(seed));
});
