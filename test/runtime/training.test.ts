/** Whole jobs in one process: the model is that of the float64 twin, the metrics are those of the model, and the alarm withholds both. */
import { describe, expect, it } from 'vitest';
import type { TrustMode } from '../../src/plan/plan.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { EVERYTHING, inputsOf, PARTIES, recordsOf, taskOf } from './task.ts';

const TRUST: readonly TrustMode[] = ['honest-majority', 'dealer'];

const number = (revealed: Revealed | undefined, name: string) => revealed?.get(name)?.[0] ?? Number.NaN;

/** The test rows as the parties hold them, and their logits under a revealed model, exact in float64 below 2^53. */
function testLogits(task: TrainingTask, revealed: Revealed | undefined) {
  const unit = 2 ** task.fractionalBits;
  const weights = revealed?.get('weights 1') ?? new Float64Array(0);
  return PARTIES.flatMap((owner) => {
    const { features, labels } = recordsOf(task, 'test', owner);
    return [...labels].map((label, row) => {
      const at = (k: number) => Math.round(features[row * task.architecture.inputs + k] * unit) / unit;
      return { label, logit: weights.reduce((sum, w, k) => sum + w * at(k), number(revealed, 'bias 1')) };
    });
  });
}

describe.each(TRUST)('in %s', (trust) => {
  // Test rows of one tile, and of two: the first of 38 rows.
  it.each([
    { north: 0, east: 10, south: 7 },
    { north: 150, east: 0, south: 400 },
  ])('trains, and measures on %o, what the float64 twin does', async (testRows) => {
    const task = taskOf({ trust, moments: true, epochs: 6, reveal: EVERYTHING, testRows });
    const plan = trainingPlan(task);
    const { outcomes, publicSeed } = await simulate(plan, inputsOf(task));
    const [north, east, south] = PARTIES.map((name) => outcomes.get(name)?.revealed);
    const twin = runFloat64(plan, inputsOf(task), publicStreams(publicSeed));

    for (const name of ['weights 1', 'bias 1', 'sums', 'squares']) {
      const exact = [...(twin.get(name) ?? [])];
      for (const revealed of [north, east, south]) {
        const found = [...(revealed?.get(name) ?? [])];
        expect(found.length).toBe(exact.length);
        for (const [i, value] of found.entries()) expect(Math.abs(value - exact[i]), name).toBeLessThan(0.005);
      }
      expect(east?.get(name)).toEqual(north?.get(name));
      expect(south?.get(name)).toEqual(north?.get(name));
    }
    // The series of the softplus and its table: 2e-3 at the most, and what the weights differ moves a logit by 0.005 times the features.
    expect(Math.abs(number(north, 'training loss') - number(twin, 'training loss'))).toBeLessThan(0.005);

    const rows = testLogits(task, north);
    expect(number(south, 'correct')).toBe(rows.filter(({ label, logit }) => logit >= 0 === (label === 1)).length);
    expect(number(east, 'positives')).toBe(rows.filter(({ label }) => label === 1).length);
    let ordered = 0;
    for (const one of rows.filter(({ label }) => label === 1)) {
      for (const zero of rows.filter(({ label }) => label === 0)) ordered += 1 + Math.sign(one.logit - zero.logit);
    }
    expect(number(north, 'ordered pairs')).toBe(ordered);
    const loss =
      rows.reduce((sum, { label, logit }) => sum + Math.log1p(Math.exp(logit)) - label * logit, 0) / rows.length;
    expect(Math.abs(number(east, 'log loss') - loss)).toBeLessThan(2e-3);
    expect([north, south].map((revealed) => revealed?.has('log loss'))).toEqual([false, false]);
    expect([east, south].map((revealed) => revealed?.has('training loss'))).toEqual([false, false]);
    if (trust === 'dealer') expect(outcomes.get('dealer')?.revealed.size).toBe(0);
  });

  it('gives the model to nobody but who is named', async () => {
    const task = taskOf({ trust, epochs: 1, reveal: { ...EVERYTHING, model: ['south'] } });
    const { outcomes } = await simulate(trainingPlan(task), inputsOf(task));
    for (const [name, { revealed }] of outcomes) expect(revealed.has('weights 1'), name).toBe(name === 'south');
  });

  it('reports each step of every role', async () => {
    const task = taskOf({ trust, epochs: 2 });
    const plan = trainingPlan(task);
    const steps: number[] = [];
    await simulate(plan, inputsOf(task), {
      onProgress: ({ trainingSteps }) => trainingSteps > 0 && steps.push(trainingSteps),
    });
    const all = plan.training.stepsPerEpoch * 2;
    const once = Array.from({ length: all }, (_, i) => i + 1);
    expect(steps.sort((a, b) => a - b)).toEqual(once.flatMap((step) => plan.roles.nodes.map(() => step)));
  });

  it('releases no model when a logit left the interval', async () => {
    const reveal = { ...EVERYTHING, trainingLoss: [] };
    const learningRate = { schedule: 'constant', initial: 2 } as const;
    const task = taskOf({ trust, clip: 40, learningRate, l2: 0, reveal });
    const names = new Set<string>();
    const run = simulate(trainingPlan(task), inputsOf(task), { onRevealed: (name) => names.add(name) });
    await expect(run).rejects.toMatchObject({ code: 'TREFOIL_RANGE' });
    expect(names).toEqual(new Set(['alarm']));
  });
});
