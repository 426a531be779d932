/** Convolutions and pooling on shares: step by step the float64 twin, in both trust modes, in the planned bytes and rounds. */
import { describe, expect, it } from 'vitest';
import type { LayerSpec } from '../../src/graph/layers/index.ts';
import { layerShapes } from '../../src/graph/mlp.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { TRUST } from '../protocol/harness.ts';
import { inputsOf, NOTHING_BUT_THE_MODEL, PARTIES, taskOf } from './task.ts';

const RATE = 0.1;
const conv = (filters: number, kernel: number, stride: number, padding: number): LayerSpec => ({
  type: 'conv2d',
  ...{ filters, kernel, stride, padding },
});
const pool = (size: number): LayerSpec => ({ type: 'averagePool', size });
const relu: LayerSpec = { type: 'activation', function: 'relu' };
const sigmoid: LayerSpec = { type: 'activation', function: 'sigmoid' };
const dense = (width: number): LayerSpec => ({ type: 'dense', width });

type Network = readonly [name: string, layers: readonly LayerSpec[], changes?: Partial<TrainingTask>];

/** Behind images of 6 × 6 with 1 channel. */
const NETWORKS: readonly Network[] = [
  ['a convolution, ReLU and pooling', [conv(2, 3, 1, 1), relu, pool(2)]],
  ['pooling before ReLU', [conv(2, 3, 1, 1), pool(3), relu, dense(5), relu]],
  [
    'two convolutions, by momentum',
    [conv(2, 3, 1, 1), relu, pool(2), conv(3, 2, 1, 0), relu, dense(4), relu],
    { optimiser: { type: 'momentum', momentum: 0.5, nesterov: false } },
  ],
  ['strides, sigmoid and clipped gradients', [conv(3, 3, 2, 1), sigmoid], { clipGradient: 0.05 }],
];

const named = NETWORKS.map(([name, layers, changes = {}]) => ({ name, layers, changes }));

function taskWith(layers: readonly LayerSpec[], changes: Partial<TrainingTask>): TrainingTask {
  return taskOf({
    architecture: {
      ...{ inputs: 36, output: 'softmax', outputs: 3 },
      ...{ image: { height: 6, width: 6, channels: 1 }, layers },
    },
    clip: 1,
    learningRate: { schedule: 'constant', initial: RATE },
    reveal: {
      ...NOTHING_BUT_THE_MODEL,
      trainingLoss: ['north'],
      metrics: { ...NOTHING_BUT_THE_MODEL.metrics, accuracy: PARTIES },
    },
    ...changes,
  });
}

/** Largest distance of any parameter. */
function distance(task: TrainingTask, a: Revealed | undefined, b: Revealed): number {
  return Math.max(
    ...layerShapes(task.architecture).flatMap(({ rows, cols }, i) =>
      [`weights ${i + 1}`, `bias ${i + 1}`].flatMap((name, isBias) => {
        const [x, y] = [a?.get(name), b.get(name)];
        expect(x?.length, name).toBe(isBias === 1 ? cols : rows * cols);
        return Array.from(x ?? [], (value, j) => Math.abs(value - (y?.[j] ?? Number.NaN)));
      }),
    ),
  );
}

describe.each(TRUST)('in %s', (trust) => {
  it.each(named)('$name: training stays with the twin', async ({ layers, changes }) => {
    const task = taskWith(layers, { roles: taskOf({ trust }).roles, ...changes });
    const plan = trainingPlan(task);
    const order = publicStreams(new Uint8Array(32).fill(5));
    const { outcomes, links } = await simulate(plan, inputsOf(task), { publicStreams: order });
    const revealed = outcomes.get('south')?.revealed;
    const twin = runFloat64(plan, inputsOf(task), order);
    const steps = plan.training.stepsPerEpoch * task.epochs;
    // As with dense layers: 2e-3 of each activation's gradient, here added up over 36 places of a window; momentum takes twice the step.
    const off = distance(task, revealed, twin);
    expect(off).toBeLessThan(2 * steps * (6 * 2e-3 * RATE + 2 ** -16));
    expect(distance(task, outcomes.get('north')?.revealed, revealed ?? new Map())).toBe(0);
    const cost = planCost(plan);
    for (const [node, mine] of links) {
      for (const kind of ['opening', 'input', 'output', 'correction'] as const) {
        const sent = [...mine.values()].reduce((sum, link) => sum + link.sent[kind], 0);
        expect(sent, `${kind} by ${node}`).toBe(cost.bytes[node][kind]);
      }
    }
    for (const name of plan.roles.evaluators) expect(outcomes.get(name)?.rounds).toBe(cost.rounds);
  });
});
