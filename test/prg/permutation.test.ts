/** Permutations are permutations, and all of them as likely; the batches of an epoch are disjoint. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { permutation } from '../../src/prg/permutation.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { TrainingOrder } from '../../src/runtime/training-order.ts';
import { looksUniform } from '../protocol/chi-squared.ts';
import { taskOf } from '../runtime/task.ts';

const streams = publicStreams(Uint8Array.from({ length: 32 }, (_, i) => i));
const stream = () => streams.stream('batch order');

it('takes every number once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3000 }), fc.nat(50), (n, index) => {
      expect([...permutation(stream(), index, n)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
    }),
    { numRuns: 20 },
  );
});

it('is the same for the same index, however it is come by, and another for another', () => {
  const shared = stream();
  const inOrder = Array.from({ length: 5 }, (_, index) => [...permutation(shared, index, 100)]);
  expect([...permutation(stream(), 3, 100)]).toEqual(inOrder[3]);
  expect(new Set(inOrder.map(String)).size).toBe(5);
});

// The seed is fixed, so this can not fail by chance; under fresh seeds it would with probability below 1e-10.
it('all orders of four are as likely', () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 2400; index++) {
    const order = permutation(stream(), index, 4).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  expect(looksUniform([...counts.values()])).toBe(true);
});

it('each place is as likely to get each number', () => {
  const n = 37;
  const counts = Array.from({ length: n }, () => new Float64Array(n));
  for (let index = 0; index < 2000; index++) {
    permutation(stream(), index, n).forEach((number, place) => {
      counts[place][number]++;
    });
  }
  for (const place of counts) expect(looksUniform(place)).toBe(true);
});

it('the batches of an epoch are disjoint, and each epoch has its own', () => {
  const plan = trainingPlan(taskOf());
  const order = new TrainingOrder(plan, streams);
  const { rows, batch, epochs, stepsPerEpoch } = plan.training;
  const seen = Array.from({ length: epochs }, (_, epoch) =>
    Array.from({ length: stepsPerEpoch }, (_, step) => [...order.batch(epoch * stepsPerEpoch + step)]).flat(),
  );
  for (const epoch of seen) {
    expect(epoch.length).toBe(stepsPerEpoch * batch);
    expect(new Set(epoch).size).toBe(epoch.length);
    expect(epoch.every((row) => row < rows)).toBe(true);
  }
  expect(new Set(seen.map(String)).size).toBe(epochs);
});
