/** Training with differential privacy on shares: the clipped steps of the float64 twin, noise of the planned size, in the planned rounds. */

import { describe, expect, it } from 'vitest';
import type { ShortForm } from '../../src/graph/layers/short-form.ts';
import { type Architecture, perceptron } from '../../src/graph/mlp.ts';
import type { Optimiser } from '../../src/graph/optimisers/index.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { openingsOf } from '../../src/plan/quote/openings.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { RowSampler } from '../../src/privacy/noise/row-sampler.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { type InputsOf, simulate } from '../../src/runtime/clear/simulate.ts';
import type { Node, Revealed } from '../../src/runtime/node.ts';
import { TRUST } from '../protocol/harness.ts';
import { type Changes, inputsOf, NOBODY, ownedRows, PARTIES, recordsOf, taskOf, weightsOf } from './task.ts';

const INPUTS = 4;
/** Hardly any: over ten steps it moves a parameter by 2e-4, five times that with momentum, and more with Adam where gradients are small. */
const FAINT = 4e-3;
const CAPACITIES = { north: 7, east: 5, south: 4 };
const SGD: Optimiser = { type: 'sgd' };
const MOMENTUM: Optimiser = { type: 'momentum', momentum: 0.8, nesterov: false };
// With ε = 1 an error of the gradient moves a weight no further than under SGD; with 0.1 it would move it ten times as far.
const RMSPROP: Optimiser = { type: 'rmsprop', decay: 0.9, epsilon: 1 };
const ADAM: Optimiser = { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 0.1 };

type Model = ShortForm &
  Pick<Architecture, 'output'> & { readonly optimiser: Optimiser; readonly weights?: TrainingTask['weights'] };
const MODELS: readonly Model[] = [
  { hidden: [], activation: 'relu', output: 'sigmoid', optimiser: SGD },
  { hidden: [], activation: 'relu', output: 'softmax', optimiser: MOMENTUM },
  { hidden: [7], activation: 'relu', output: 'softmax', optimiser: SGD },
  { hidden: [], activation: 'relu', output: 'linear', optimiser: SGD },
  { hidden: [6], activation: 'sigmoid', output: 'sigmoid', optimiser: MOMENTUM },
  { hidden: [6, 5], activation: 'relu', output: 'softmax', optimiser: ADAM },
  { hidden: [6], activation: 'relu', output: 'softmax', optimiser: RMSPROP },
  {
    ...{ hidden: [6], activation: 'relu', output: 'softmax', optimiser: SGD },
    weights: { largest: 3, needsClassCounts: false },
  },
];

function privateTask({ optimiser, weights, ...architecture }: Model, changes: Changes = {}): TrainingTask {
  const outputs = architecture.output === 'softmax' ? 3 : 1;
  return taskOf({
    architecture: perceptron({ inputs: INPUTS, outputs, ...architecture }),
    optimiser,
    ...(weights === undefined ? {} : { weights }),
    clip: 1,
    epochs: 2,
    l2: 0,
    // Faint noise is to be large in units of the last place.
    fractionalBits: 21,
    dataBits: 12,
    learningRate: { schedule: 'constant', initial: 0.1 },
    privacy: { norm: 1, noiseMultiplier: FAINT, countsMultiplier: 10 * FAINT, capacities: CAPACITIES },
    reveal: {
      trainingLoss: [],
      metrics: { ...NOBODY, accuracy: architecture.output === 'linear' ? [] : PARTIES },
      model: PARTIES,
    },
    ...changes,
  });
}

/** Each owner samples its rows, alike in every call of this function; all other inputs are as without sampling. */
function samplingInputs(task: TrainingTask): InputsOf {
  const rows = Object.values(task.trainRows).reduce((sum, count) => sum + count, 0);
  const owners = new Map<string, Node['inputs']>();
  return (owner) => {
    const known = owners.get(owner);
    if (known !== undefined) return known;
    const { features, labels } = recordsOf(task, 'train', owner);
    const { inputs, outputs } = task.architecture;
    const seed = new Uint8Array(32).fill(PARTIES.indexOf(owner) + 1);
    const sampler = new RowSampler({ expected: task.batch, rows }, task.trainRows[owner], seed);
    let sample: Uint32Array<ArrayBufferLike> = new Uint32Array(0);
    const gathered = (values: Float64Array, cols: number, count: number) => {
      const out = new Float64Array(count * cols);
      sample.forEach((row, i) => {
        out.set(values.subarray(row * cols, (row + 1) * cols), i * cols);
      });
      return out;
    };
    const others = inputsOf(task)(owner);
    const own: Node['inputs'] = (name, revealed, range) => {
      if (name === 'sample.features') sample = sampler.sample(range.count);
      if (name === 'sample.features') return gathered(features, inputs, range.count);
      if (name === 'sample.labels') return gathered(labels, outputs, range.count);
      if (name === 'sample.weights') return gathered(weightsOf(task, owner), 1, range.count);
      if (name === 'sample.padding')
        return Float64Array.from({ length: range.count }, (_, i) => (i < sample.length ? 0 : 1));
      return others(name, revealed, range);
    };
    owners.set(owner, own);
    return own;
  };
}

const parametersOf = (revealed: Revealed) => [...revealed].filter(([name]) => /^(weights|bias) /.test(name));

function largestDifference(a: Revealed, b: Revealed): number {
  return parametersOf(a).reduce((most, [name, values]) => {
    const others = b.get(name) ?? new Float64Array(0);
    return values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - others[i])), most);
  }, 0);
}

const revealedTo = (simulation: Awaited<ReturnType<typeof simulate>>, party: string): Revealed =>
  simulation.outcomes.get(party)?.revealed ?? new Map();

describe.each(TRUST)('in %s', (trust) => {
  it('opens counts of a binary label by prediction with noise alone', async () => {
    const metrics = { ...NOBODY, accuracy: PARTIES, confusionMatrix: PARTIES, macroF1: PARTIES };
    const architecture = perceptron({ inputs: INPUTS, hidden: [], activation: 'relu', output: 'sigmoid', outputs: 1 });
    const task = privateTask(MODELS[0], {
      trust,
      architecture: { ...architecture, threshold: 0.45 },
      reveal: { trainingLoss: [], metrics, model: PARTIES },
    });
    const plan = trainingPlan(task);
    const counts = ['correct', 'confusion matrix', 'class hits', 'class predictions', 'class sizes'];
    const openings = openingsOf(plan, ownedRows(task)).filter(({ name }) => counts.includes(name));
    expect(openings.map(({ name }) => name).sort()).toEqual([...counts].sort());
    for (const { what } of openings) expect(what).toContain('with noise');
    const simulation = await simulate(plan, samplingInputs(task));
    const twin = runFloat64(plan, samplingInputs(task), publicStreams(simulation.publicSeed));
    for (const name of counts) {
      const exact = twin.get(name) ?? new Float64Array(0);
      expect(exact.length).toBeGreaterThan(0);
      revealedTo(simulation, 'south')
        .get(name)
        ?.forEach((count, i) => {
          expect(Number.isInteger(count), name).toBe(false);
          // Five counts together, with a deviation of 0.04·√5, all three parties drawing; and a row next to the threshold.
          expect(Math.abs(count - exact[i]), name).toBeLessThan(1 + 6 * Math.sqrt(3) * 0.04 * Math.sqrt(5));
        });
    }
  });

  it.each(MODELS)('takes the clipped steps of the twin: $hidden $activation, $output', async (model) => {
    const task = privateTask(model, { trust });
    const plan = trainingPlan(task);
    const simulation = await simulate(plan, samplingInputs(task));
    const twin = runFloat64(plan, samplingInputs(task), publicStreams(simulation.publicSeed));
    const revealed = revealedTo(simulation, 'east');
    // Ten steps of 0.1, each within the error of a clipped gradient (below 0.5 % of the norm, 1), and the noise.
    expect(largestDifference(revealed, twin)).toBeLessThan(0.015);
    expect(parametersOf(revealed).some(([, values]) => values.some((value) => Math.abs(value) > 0.02))).toBe(true);
    // Its noise is 16 times as large beside what a row changes: 0.35 over ten steps.
    const [counted, exact] = [revealed, twin].map((all) => all.get('unclipped examples')?.[0] ?? Number.NaN);
    expect(Math.abs(counted - exact)).toBeLessThan(2.5);
    // At weights of 0, where a logistic regression begins, no gradient is longer than 1.2.
    expect(exact).toBeGreaterThanOrEqual(model.hidden.length === 0 && model.output === 'sigmoid' ? 10 : 0);
    const [hits, expected] = [revealed, twin].map((all) => all.get('correct')?.[0]);
    expect(expected === undefined).toBe(model.output === 'linear');
    // Hardly any noise, but a row on the boundary may fall to either side.
    expect(Math.abs((hits ?? 0) - (expected ?? 0))).toBeLessThan(1.5);
    const { rounds, memory } = planCost(plan);
    for (const evaluator of plan.roles.evaluators) {
      expect(simulation.outcomes.get(evaluator)?.rounds).toBe(rounds);
    }
    for (const [node, { tensorBytes }] of simulation.outcomes) expect(tensorBytes).toBeLessThanOrEqual(memory[node]);
  });

  it('takes batches of loaded records just as well', async () => {
    const changes: Changes = { trust, privacy: { norm: 1, noiseMultiplier: FAINT, countsMultiplier: 10 * FAINT } };
    const task = privateTask(MODELS[2], changes);
    const plan = trainingPlan(task);
    const simulation = await simulate(plan, inputsOf(task));
    const twin = runFloat64(plan, inputsOf(task), publicStreams(simulation.publicSeed));
    expect(largestDifference(revealedTo(simulation, 'south'), twin)).toBeLessThan(0.015);
  });

  it('adds noise of the planned size to every parameter', async () => {
    // Weights change by noise alone: all gradients of labels that are as likely either way have a mean of almost 0 beside it.
    const noiseMultiplier = 200;
    const changes: Changes = {
      trust,
      epochs: 1,
      privacy: { norm: 1, noiseMultiplier, countsMultiplier: 1, capacities: CAPACITIES },
      learningRate: { schedule: 'constant', initial: 1e-3 },
      architecture: perceptron({ inputs: INPUTS, hidden: [40], activation: 'relu', output: 'softmax', outputs: 3 }),
    };
    const task = privateTask({ ...MODELS[2], hidden: [40] }, changes);
    const plan = trainingPlan(task);
    const simulation = await simulate(plan, samplingInputs(task));
    const twin = runFloat64(plan, samplingInputs(task), publicStreams(simulation.publicSeed));
    const noise = parametersOf(revealedTo(simulation, 'north')).flatMap(([name, values]) =>
      Array.from(values, (value, i) => value - (twin.get(name)?.[i] ?? Number.NaN)),
    );
    const { epochs, stepsPerEpoch, batch } = plan.training;
    const [all, honest] = trust === 'dealer' ? [3, 1] : [3, 2];
    const deviation = 1e-3 * Math.sqrt(epochs * stepsPerEpoch * (all / honest)) * (noiseMultiplier / batch);
    const ratio = noise.reduce((sum, x) => sum + x ** 2, 0) / noise.length / deviation ** 2;
    // The sensitivity is up to 2 % above the norm, the count beside the gradients costs 0.4 %; six deviations of the estimate.
    const spread = 6 * Math.sqrt(2 / noise.length);
    expect(ratio).toBeGreaterThan(1 - spread);
    expect(ratio).toBeLessThan(1.05 + spread);
  });
});

it('opens one bit about ranges, and nothing of a row', () => {
  const task = privateTask(MODELS[5]);
  const plan = trainingPlan(task);
  const opened = openingsOf(plan, ownedRows(task)).map(({ name, numbers, times }) => `${name} ${numbers} ${times}`);
  expect(opened).toEqual([
    'alarm 1 1',
    'correct 1 1',
    'unclipped examples 1 1',
    ...['24', '6', '30', '5', '15', '3'].map(
      (numbers, i) => `${i % 2 === 0 ? 'weights' : 'bias'} ${Math.floor(i / 2) + 1} ${numbers} 1`,
    ),
  ]);
  for (const { name } of plan.sites) expect(name).toMatch(/weights|bias|moment/);
});

it('releases no model where weights leave their range, and says no more than that', async () => {
  const task = privateTask(MODELS[2], {
    epochs: 30,
    learningRate: { schedule: 'constant', initial: 4 },
    privacy: { norm: 2, noiseMultiplier: 1, countsMultiplier: 1, capacities: CAPACITIES },
  });
  await expect(simulate(trainingPlan(task), samplingInputs(task))).rejects.toMatchObject({
    code: 'TREFOIL_RANGE',
    message: expect.stringContaining('lower training.learningRate'),
  });
});
