/** Each schedule gives the documented step sizes. */
import { expect, it } from 'vitest';
import {
  type LearningRate,
  learningRateAt,
  learningRates,
  listedRates,
} from '../../src/plan/training/learning-rate.ts';

const SCHEDULES: readonly (readonly [LearningRate, epochs: number, expected: readonly number[]])[] = [
  [{ schedule: 'constant', initial: 0.3 }, 3, [0.3, 0.3, 0.3]],
  [{ schedule: 'step', initial: 0.8, factor: 0.5, everyEpochs: 2 }, 6, [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]],
  [{ schedule: 'step', initial: 1, factor: 2, everyEpochs: 1 }, 4, [1, 2, 4, 8]],
  [{ schedule: 'inverse', initial: 1, decay: 0.5 }, 4, [1, 1 / 1.5, 1 / 2, 1 / 2.5]],
  [{ schedule: 'cosine', initial: 1, final: 0 }, 5, [1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0]],
  [{ schedule: 'cosine', initial: 0.1, final: 0.5 }, 3, [0.1, 0.3, 0.5]],
  [{ schedule: 'cosine', initial: 0.7, final: 0.1 }, 1, [0.7]],
];

it.each(SCHEDULES)('%o over %i epochs', (rate, epochs, expected) => {
  const found = expected.map((_, epoch) => learningRateAt(rate, epoch, epochs));
  found.forEach((value, epoch) => {
    expect(value).toBeCloseTo(expected[epoch], 12);
  });
  const planned = learningRates(rate, epochs);
  found.forEach((value, epoch) => {
    expect(planned[Math.min(epoch, planned.length - 1)]).toBeCloseTo(value, 11);
  });
});

it('of Adam, step by step: the schedule times the bias corrections, listed until they are over', () => {
  const adam = { type: 'adam', beta1: 0.5, beta2: 0.75, epsilon: 0.1 } as const;
  const learningRate = { schedule: 'step', initial: 0.2, factor: 0.5, everyEpochs: 1 } as const;
  const correction = (t: number) => Math.sqrt(1 - 0.75 ** t) / (1 - 0.5 ** t);
  const rates = listedRates({ learningRate, optimiser: adam, epochs: 2 }, 2).rates;
  [1, 2, 3, 4].forEach((t) => {
    expect(rates[t - 1]).toBeCloseTo((t < 3 ? 0.2 : 0.1) * correction(t), 11);
  });
  const long = listedRates(
    { learningRate: { schedule: 'constant', initial: 0.2 }, optimiser: adam, epochs: 2 },
    1000,
  ).rates;
  expect(long.at(-1)).toBe(0.2);
  // 0.75ᵗ/2 is below half a unit of the twelfth digit from about the 95th step on.
  expect(long.length).toBeLessThan(100);
});
