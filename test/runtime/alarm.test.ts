/** What the alarm of a job tells: one bit by default, in every mode; where and when only where the job names it; and what helps, in the job's own keys. */

import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import { sizeOf } from '../../src/plan/plan.ts';
import { revealsOfPhase } from '../../src/plan/quote/cost.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';
import { PARTIES, Program, TRUST } from '../protocol/harness.ts';
import { type Changes, inputsOf, NOTHING_BUT_THE_MODEL, taskOf } from './task.ts';

const NETWORK: Changes = {
  architecture: perceptron({ inputs: 3, hidden: [5], activation: 'relu', output: 'sigmoid', outputs: 1 }),
};

/** What the plan opens of the alarm, each time. */
function alarmBits(task: TrainingTask): readonly number[] {
  const plan = trainingPlan(task);
  return plan.sessions.flatMap(({ phase }) =>
    revealsOfPhase(plan.phases[phase]).flatMap(({ name, of }) => (name === 'alarm' ? [sizeOf(plan.values[of])] : [])),
  );
}

describe.each(TRUST)('in %s', (trust) => {
  it.each([{}, NETWORK, { ...NETWORK, optimiser: { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-3 } as const }])(
    'opens one bit at a time, whatever the job %#',
    (changes) => {
      expect(new Set(alarmBits(taskOf({ ...changes, trust })))).toEqual(new Set([1]));
      const named = taskOf({ ...changes, trust, reveal: { ...NOTHING_BUT_THE_MODEL, alarmSites: PARTIES } });
      expect(new Set(alarmBits(named))).toEqual(new Set([8 * trainingPlan(named).sites.length]));
    },
  );

  it('says when, what it watches and what helps, and not where', async () => {
    const task = taskOf({ ...NETWORK, l2: 0, trust, clip: 2, learningRate: { schedule: 'constant', initial: 100 } });
    const run = simulate(trainingPlan(task), inputsOf(task));
    await expect(run).rejects.toMatchObject({
      code: 'TREFOIL_RANGE',
      message: expect.stringMatching(/was seen from step 1 on. It was in one of these, and nobody learns in which/),
      problems: expect.arrayContaining([
        expect.stringMatching(
          /^weights 1; .*: lower training.learningRate, raise training.l2 or use a small training.clipGradient$/,
        ),
        'layer 2: lower training.learningRate or raise training.l2',
      ]),
    });
    await expect(run).rejects.not.toThrow('data.clip');
  });
});

/** An evaluator that adds `delta` to one opened value finds out whether that value is at least 28 − delta: one bit a run, whatever is watched beside. */
it('an evaluator that changes one share learns one bit, and the run fails', async () => {
  const secret = [3.1, -7.25, 0.5, 11.625];
  const openedWith = async (delta: number, row: number) => {
    const program = new Program('honest-majority');
    let bits = 0;
    program.builder.phase('step', (phase) => {
      const [x, y] = [secret, secret.map(() => 1)].map((values, i) =>
        program.real(phase, 'south', values, { rows: secret.length, cols: 1 }, 16 - 8 * i, 2 ** (20 - 18 * i)),
      );
      const z = phase.open(phase.product('elementwise', x, y));
      bits = phase.valueOf(z).fractionalBits;
      phase.watch(z, 28, 'logits');
      phase.watch(phase.open(phase.product('elementwise', y, y)), 4, 'weights 1');
    });
    program.builder.phase('alarm', (phase) => phase.reveal(phase.alarm(), 'tripped', PARTIES));
    const mesh = memoryLinks(program.plan().roles.nodes);
    const toSouth = mesh.get('east')?.get('south');
    if (toSouth === undefined) throw new Error('east is linked with south');
    const send = toSouth.send.bind(toSouth);
    toSouth.send = (kind, at, payload) => {
      if (kind === 'opening' && at.phase === 0 && at.round === 0) {
        const opened = new BigUint64Array(payload.buffer, payload.byteOffset, secret.length);
        opened[row] += BigInt(Math.round(delta * 2 ** bits));
      }
      send(kind, at, payload);
    };
    const { outcomes } = await simulate(program.plan(), program.inputsOf, {}, mesh);
    return PARTIES.map((node) => [...(outcomes.get(node)?.revealed.get('tripped') ?? [])]);
  };
  const all = (bit: number) => PARTIES.map(() => [bit]);
  for (const [row, value] of secret.entries()) {
    expect(await openedWith(27.9 - value, row), `row ${row}`).toEqual(all(0));
    expect(await openedWith(28.1 - value, row), `row ${row}`).toEqual(all(1));
  }
});

it('advises no larger penalty where it takes half of a weight in a step', () => {
  const advice = (l2: number, initial: number) =>
    trainingPlan(taskOf({ l2, learningRate: { schedule: 'constant', initial } })).sites.map(({ remedy }) => remedy);
  expect(advice(0.01, 1).some((remedy) => remedy.includes('training.l2'))).toBe(true);
  expect(advice(0.02, 50).some((remedy) => remedy.includes('training.l2'))).toBe(false);
});
