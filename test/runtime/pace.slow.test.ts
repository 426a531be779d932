/** No node of a large network computes for a second in one piece, from its beginning to its end. */

import { expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { TRUST } from '../protocol/harness.ts';
import { inputsOf, taskOf } from './task.ts';

it.each(TRUST)('784-4096-1024 in %s', async (trust) => {
  const task = taskOf({
    trust,
    architecture: perceptron({ inputs: 784, hidden: [4096, 1024], activation: 'relu', output: 'softmax', outputs: 10 }),
    trainRows: { north: 50, east: 50, south: 50 },
    testRows: { north: 0, east: 0, south: 0 },
    batch: 128,
    epochs: 1,
    learningRate: { schedule: 'constant', initial: 0.01 },
  });
  let before = process.cpuUsage();
  let longest = 0;
  // CPU time, since others may hold the machine. All nodes share the process: it is the longest slice of any, and at most one of each.
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1e6);
    before = process.cpuUsage();
  }, 5);
  await simulate(trainingPlan(task), inputsOf(task));
  clearInterval(timer);
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(2);
});
