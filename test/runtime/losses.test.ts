/** Opened losses: never below 0, at the resolution that the plan states, and told together with the progress that they belong to. */
import { describe, expect, it } from 'vitest';
import { type Architecture, perceptron } from '../../src/graph/mlp.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { type InputsOf, type Mesh, simulate } from '../../src/runtime/clear/simulate.ts';
import type { Node } from '../../src/runtime/node.ts';
import type { Link } from '../../src/transport/link.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';
import { TRUST } from '../protocol/harness.ts';
import { EVERYTHING, inputsOf, logistic, NOBODY, PARTIES, taskOf } from './task.ts';

const order = publicStreams(new Uint8Array(32).fill(5));

const FEATURES = 4;

/** Rows of which all features are 1, or all −1, labelled by that. */
const separable: InputsOf =
  () =>
  (name, _, { count }) => {
    const isLabel = name.endsWith('labels');
    const row = (i: number) => new Array<number>(isLabel ? 1 : FEATURES).fill(i % 2 === 0 ? 1 : isLabel ? 0 : -1);
    return Float64Array.from(Array.from({ length: count }, (_, i) => row(i)).flat());
  };

/** Links over which outputs arrive long after they were sent. */
function lateOutputs(nodes: readonly string[]): Mesh {
  const late = (link: Link): Link => ({
    peer: link.peer,
    sent: link.sent,
    received: link.received,
    send: (...message) => link.send(...message),
    receive: async (kind, ...expected) => {
      if (kind === 'output') await new Promise((resolve) => setTimeout(resolve, 20));
      return link.receive(kind, ...expected);
    },
  });
  const links = [...memoryLinks(nodes)];
  return new Map(links.map(([node, peers]) => [node, new Map([...peers].map(([peer, link]) => [peer, late(link)]))]));
}

describe.each(TRUST)('in %s', (trust) => {
  it('no log loss is below 0, whatever the series adds to one that is nearly 0', async () => {
    const task = taskOf({
      trust,
      architecture: logistic(FEATURES),
      clip: 1,
      batch: 42,
      epochs: 20,
      l2: 0,
      learningRate: { schedule: 'constant', initial: 5 },
      earlyStopping: { metric: 'logLoss', patience: 20, rows: { north: 0, east: 12, south: 0 } },
      reveal: { ...EVERYTHING, trainingLoss: PARTIES, metrics: { ...NOBODY, logLoss: PARTIES } },
    });
    const plan = trainingPlan(task);
    const losses = new Map<string, number[]>();
    const onRevealed = (name: string, [value]: Float64Array) => {
      if (/loss/i.test(name)) losses.set(name, [...(losses.get(name) ?? []), value]);
    };
    await simulate(plan, separable, { publicStreams: order, onRevealed });
    expect([...losses.keys()].sort()).toEqual(['log loss', 'training loss', 'validation logLoss']);
    for (const [name, values] of losses) {
      for (const value of values) {
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(Object.is(value, -0), name).toBe(false);
      }
      // The truth is below what is resolved, and so is what is found.
      expect(values.at(-1), name).toBeLessThan(2e-3);
    }
    // Some did come out below.
    expect(losses.get('training loss')).toContain(0);
  });

  it('a dealing party tells how far the run is only when the losses before it have come', async () => {
    const task = taskOf({ trust, epochs: 8, reveal: { ...EVERYTHING, trainingLoss: PARTIES } });
    const plan = trainingPlan(task);
    const { stepsPerEpoch } = plan.training;
    const seen = new Map<string, { losses: number; steps: number[] }>();
    const late = new Map<string, number>();
    function observe(node: string): Partial<Node> {
      const own = { losses: 0, steps: [] as number[] };
      seen.set(node, own);
      return {
        onRevealed: (name) => {
          if (name === 'training loss') own.losses++;
        },
        onProgress: ({ trainingSteps }) => {
          own.steps.push(trainingSteps);
          const due = Math.floor(trainingSteps / stepsPerEpoch);
          if (own.losses < due) late.set(node, due);
        },
      };
    }
    await simulate(plan, inputsOf(task), observe, lateOutputs(plan.roles.nodes));
    expect([...late.keys()].filter((node) => PARTIES.includes(node))).toEqual([]);
    for (const [node, { steps }] of seen) {
      const trained = steps.filter((step) => step > 0);
      expect(trained, node).toEqual([...trained].sort((a, b) => a - b));
      expect(Math.max(...steps), node).toBe(8 * stepsPerEpoch);
    }
  });

  /** y = w·x with noise, all far below the declared range of the target. */
  it.each([2 ** -7, 2 ** -10])(
    'a squared error of a target as small as %f of its range is resolved, or known not to be',
    async (size) => {
      const architecture: Architecture = perceptron({
        inputs: 2,
        hidden: [],
        activation: 'relu',
        output: 'linear',
        outputs: 1,
      });
      const noise = (i: number) =>
        Math.sin(12.9898 * i) * 43758.5453 - Math.floor(Math.sin(12.9898 * i) * 43758.5453) - 0.5;
      const inputs: InputsOf =
        (owner) =>
        (name, _, { first, count }) => {
          const salt = PARTIES.indexOf(owner) * 1000 + (name.startsWith('test') ? 500 : 0);
          const x = (row: number, k: number) => 2 * noise(3 * (salt + row) + k + 1);
          const rows = Array.from({ length: count }, (_, i) => first + i);
          if (name.endsWith('features')) return Float64Array.from(rows.flatMap((row) => [x(row, 0), x(row, 1)]));
          return Float64Array.from(
            rows,
            (row) => size * (0.6 * x(row, 0) - 0.3 * x(row, 1) + 0.2 * noise(7 * (salt + row))),
          );
        };
      const task = taskOf({
        trust,
        architecture,
        clip: 1,
        batch: 21,
        epochs: 60,
        l2: 0,
        learningRate: { schedule: 'constant', initial: 1 },
        reveal: { trainingLoss: ['east'], metrics: { ...NOBODY, squaredError: PARTIES }, model: PARTIES },
      });
      const plan = trainingPlan(task);
      const { outcomes } = await simulate(plan, inputs, { publicStreams: order });
      const twin = runFloat64(plan, inputs, order);
      const stated = (output: string) =>
        plan.phases
          .flatMap(({ ops }) => ops)
          .flatMap(({ op }) => (op.op === 'reveal' && op.name === output ? [op.loss?.resolved ?? 0] : []))[0];
      for (const [name, node] of [
        ['squared error', 'south'],
        ['training loss', 'east'],
      ] as const) {
        const found = outcomes.get(node)?.revealed.get(name)?.[0] ?? Number.NaN;
        const exact = twin.get(name)?.[0] ?? Number.NaN;
        // Weights differ by some units of 2^-16, each with a feature of deviation 0.58: the error's square grows by theirs.
        const weights = 3 * (4 * 2 ** -16) ** 2;
        expect(stated(name)).toBeGreaterThan(0);
        expect(stated(name)).toBeLessThan(2 ** -26);
        expect(Math.abs(found - exact), name).toBeLessThan(stated(name) + weights + 0.02 * exact);
        expect(exact > stated(name), name).toBe(size > 2 ** -9);
      }
    },
  );
});
