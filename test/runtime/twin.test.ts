/** The fixed-point twin and a masked run differ by the rounding of truncations and of the sigmoid's table, and by nothing else. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { simulate, simulateInTheClear } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, Program, TRUST } from '../protocol/harness.ts';
import { inputsOf, taskOf } from './task.ts';

describe.each(TRUST)('in %s', (trust) => {
  it('agrees exactly where nothing is rounded, and within two units where two truncations follow each other', async () => {
    const program = new Program(trust);
    const x = Array.from({ length: 200 }, (_, i) => BigInt(i * 977 - 90_000));
    const bits = 18;
    program.builder.phase('test', (phase) => {
      const value = program.integers(phase, 'east', x);
      const square = phase.product('elementwise', value, value);
      phase.reveal(square, 'exact', PARTIES);
      const down = phase.truncate(phase.open(square), -bits);
      const cube = phase.open(phase.product('elementwise', down, value));
      phase.reveal(phase.truncate(cube, -2 * bits), 'rounded', PARTIES);
    });
    const clear = await simulateInTheClear(program.plan(), program.inputsOf, publicStreams(randomBytes(32)));
    const { outcomes } = await simulate(program.plan(), program.inputsOf);
    const masked = outcomes.get('north')?.revealed;
    expect(masked?.get('exact')).toEqual(clear.get('exact'));
    // One unit of the first truncation times |x| < 2^17, by 2^18: less than half; and either result is within one unit of its own value.
    masked?.get('rounded')?.forEach((value, i) => {
      const units = (value - (clear.get('rounded')?.[i] ?? Number.NaN)) / 2 ** (2 * bits);
      expect(Math.abs(units)).toBeLessThanOrEqual(2);
    });
  });

  it('trains the same model', async () => {
    const task = taskOf({ trust });
    const plan = trainingPlan(task);
    const { outcomes, publicSeed } = await simulate(plan, inputsOf(task));
    const masked = outcomes.get('south')?.revealed;
    const clear = await simulateInTheClear(plan, inputsOf(task), publicStreams(publicSeed));
    // Against gradient descent with an exact sigmoid a step of either run is off by rate·5e-4 times a row with its 1, and by one unit
    // in the last place of each parameter. The descent itself brings two models closer, since rate·(features·clip² + 1)/4 ≤ 2.
    const { architecture, clip, fractionalBits, epochs } = task;
    const features = architecture.inputs;
    const rate = 0.5;
    const row = Math.sqrt(features * clip ** 2 + 1);
    expect(rate * (row ** 2 / 4 + task.l2)).toBeLessThan(2);
    const step = rate * 5e-4 * row + Math.sqrt(features + 1) * 2 ** -fractionalBits;
    const distance = Math.hypot(
      ...['weights 1', 'bias 1'].flatMap((name) =>
        [...(masked?.get(name) ?? [])].map((w, i) => w - (clear.get(name)?.[i] ?? Number.NaN)),
      ),
    );
    expect(distance).toBeLessThan(2 * epochs * plan.training.stepsPerEpoch * step);
    expect(distance).toBeGreaterThanOrEqual(0);
  });

  it('is the same each time under the same public randomness', async () => {
    const task = taskOf({ trust });
    const twin = () => simulateInTheClear(trainingPlan(task), inputsOf(task), publicStreams(new Uint8Array(32)));
    expect(await twin()).toEqual(await twin());
  });
});
