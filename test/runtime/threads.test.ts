import { expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { simulateInTheClear } from '../../src/runtime/clear/simulate.ts';
import { TRUST } from '../protocol/harness.ts';
import { inputsOf, taskOf } from './task.ts';

it.each(TRUST)('products on several threads change nothing in %s', async (trust) => {
  const task = taskOf({
    trust,
    // The first layer's products have 128·64·192 multiply-adds, which is enough to be shared.
    architecture: perceptron({ inputs: 64, hidden: [192], activation: 'relu', output: 'softmax', outputs: 3 }),
    trainRows: { north: 60, east: 70, south: 30 },
    batch: 128,
    epochs: 3,
    clip: 1,
  });
  const plan = trainingPlan(task);
  const run = (threads: number) =>
    simulateInTheClear(plan, inputsOf(task), publicStreams(new Uint8Array(32).fill(7)), { threads });
  const alone = await run(1);
  let workers = 0;
  const count = () => workers++;
  process.on('worker', count);
  const shared = await run(3);
  process.off('worker', count);
  expect(workers).toBe(2 * plan.roles.nodes.length);
  expect([...alone.keys()]).toContain('weights 1');
  expect(shared).toEqual(alone);
});
