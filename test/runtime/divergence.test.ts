/** A loss that no model has stops the run as soon as it is opened; rounding, and a loss that is merely high, do not. */
import { describe, expect, it } from 'vitest';
import { LARGEST_LOSS } from '../../src/plan/loss-resolution.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { requirePossible } from '../../src/runtime/diverging-loss.ts';
import { TRUST } from '../protocol/harness.ts';
import { EVERYTHING, inputsOf, PARTIES, taskOf } from './task.ts';

describe.each(TRUST)('in %s', (trust) => {
  it.each([
    ['a dealing party or the first evaluator', ['north']],
    ['an evaluator', ['south']],
    ['all', PARTIES],
  ] as const)('a diverging training ends in its first epochs where %s learns the loss', async (_, trainingLoss) => {
    const learningRate = { schedule: 'constant', initial: 100 } as const;
    const task = taskOf({ trust, clip: 8, l2: 0, epochs: 40, learningRate, reveal: { ...EVERYTHING, trainingLoss } });
    const plan = trainingPlan(task);
    let losses = 0;
    const onRevealed = (name: string) => {
      if (name === 'training loss') losses++;
    };
    const error = await simulate(plan, inputsOf(task), { onRevealed }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'TREFOIL_RANGE' });
    expect(String(error)).toMatch(
      /the training diverges: the mean loss .* came out as -\d[^,]*, and no loss is below 0.*lower training\.learningRate/,
    );
    expect(losses).toBeLessThan(5 * PARTIES.length);
  });
});

it('takes what rounding, series and bad models give', () => {
  const reveal = { op: 'reveal', of: 0, name: 'training loss', to: ['north'], loss: { resolved: 2e-3 } } as const;
  for (const loss of [0, -2e-3, -3e-2, 0.7, 28, LARGEST_LOSS]) {
    expect(() => requirePossible(reveal, Float64Array.of(loss)), `${loss}`).not.toThrow();
  }
  for (const loss of [-0.04, -286, LARGEST_LOSS + 1]) {
    expect(() => requirePossible(reveal, Float64Array.of(loss)), `${loss}`).toThrow(/training diverges/);
  }
  const { loss, ...count } = reveal;
  expect(() => requirePossible(count, Float64Array.of(-loss.resolved - 10))).not.toThrow();
});
