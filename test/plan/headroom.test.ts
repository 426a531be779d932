/** What can not be computed rightly is refused with `TREFOIL_PLAN`, and what is accepted is within the proved bounds. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { perceptron } from '../../src/graph/mlp.ts';
import type { Phase, Plan, ScheduledOp, ValueId } from '../../src/plan/plan.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate, simulateInTheClear } from '../../src/runtime/clear/simulate.ts';
import { Program } from '../protocol/harness.ts';
import { type Changes, EVERYTHING, inputsOf, NOBODY, PARTIES, taskOf } from '../runtime/task.ts';

const rate = (initial: number): Changes => ({ learningRate: { schedule: 'constant', initial } });
const ABSURD: Readonly<Record<string, Changes>> = {
  'a learning rate of 10^9': rate(1e9),
  'a learning rate of 10^−12': rate(1e-12),
  'a clip of 10^9': { clip: 1e9 },
  '10^12 epochs': { epochs: 1e12 },
  'weights that a penalty throws beyond zero': { ...rate(10), l2: 1 },
  'a penalty that leaves no bits for the gradient': {
    fractionalBits: 20,
    l2: 1,
    clip: 10,
    epochs: 100_000,
    ...rate(1),
  },
  'more fractional bits than a sigmoid takes': { fractionalBits: 21 },
  'rows that leave no bits for the loss': { fractionalBits: 20, clip: 1e6, ...rate(1) },
};

it.each(Object.entries(ABSURD))('refuses %s', (_, changes) => {
  expect(() => trainingPlan(taskOf({ reveal: EVERYTHING, ...changes }))).toThrow(
    expect.objectContaining({ code: 'TREFOIL_PLAN' }),
  );
});

it('names the value that does not fit', () => {
  const program = new Program('dealer');
  const product = () =>
    program.builder.phase('test', (phase) => {
      const [x, y] = PARTIES.map((owner) => program.real(phase, owner, [0], { rows: 1, cols: 1 }, 30, 4));
      phase.product('elementwise', x, y, 'the product');
    });
  expect(product).toThrow('the product (1×1) may need 64 bits, and 62 are available');
});

/** Parameters of all sizes, sensible or not. */
const changes = fc.record({
  fractionalBits: fc.integer({ min: 8, max: 22 }),
  clip: fc.constantFrom(0.5, 1, 4, 30, 500),
  l2: fc.constantFrom(0, 1e-9, 1e-4, 0.01, 0.3, 2),
  batch: fc.integer({ min: 1, max: 42 }),
  features: fc.integer({ min: 1, max: 6 }),
  initial: fc.constantFrom(1e-4, 0.003, 0.1, 0.7, 2, 20),
  final: fc.constantFrom(1e-4, 0.1, 1),
});

const network = fc.record({
  hidden: fc.constantFrom([], [6], [5, 4], [4, 4, 4]),
  activation: fc.constantFrom('relu', 'sigmoid'),
  output: fc.constantFrom('softmax', 'sigmoid', 'linear'),
  optimiser: fc.constantFrom(
    { type: 'sgd' } as const,
    { type: 'momentum', momentum: 0.9, nesterov: false } as const,
    { type: 'momentum', momentum: 0.5, nesterov: true } as const,
  ),
  initial: fc.constantFrom(0.003, 0.05, 0.4, 3),
  clip: fc.constantFrom(0.5, 1, 4),
  l2: fc.constantFrom(0, 0.01),
  fractionalBits: fc.constantFrom(12, 16, 18),
  dataBits: fc.constantFrom(8, 12, 16),
});

it('no value of a network that is trained to the end goes beyond its bound, in any step', async () => {
  let [checked, ended] = [0, 0];
  await fc.assert(
    fc.asyncProperty(network, async ({ hidden, activation, output, initial, ...rest }) => {
      const outputs = output === 'softmax' ? 3 : 1;
      const task = taskOf({
        ...rest,
        architecture: perceptron({ inputs: 3, hidden, activation, output, outputs }),
        learningRate: { schedule: 'constant', initial },
      });
      let plan: Plan;
      try {
        plan = trainingPlan(task);
      } catch (error) {
        expect(error).toMatchObject({ code: 'TREFOIL_PLAN' });
        return;
      }
      // Every masked value is shown to one party when its phase ends, with no mask of its own: nobody keeps a secret in a test.
      const isMasked = (id: ValueId) => plan.values[id].kind === 'masked';
      const shown = ({ ops, openingRounds }: Phase) =>
        ops.flatMap(({ op }) => {
          if (!('out' in op) || op.op === 'input' || !isMasked(op.out)) return [];
          return [
            { op: { op: 'reveal', of: op.out, name: `value ${op.out}`, to: ['east'] } as const, round: openingRounds },
          ];
        });
      // What is shown needs its mask, so every product is corrected.
      const whole = ({ op, round }: ScheduledOp) => ({
        op: op.op === 'product' ? { ...op, corrected: true } : op,
        round,
      });
      const phases = plan.phases.map((phase) => ({ ...phase, ops: [...phase.ops.map(whole), ...shown(phase)] }));
      const beyond: string[] = [];
      const run = simulate({ ...plan, phases }, inputsOf(task), {
        onRevealed: (name, found) => {
          if (!name.startsWith('value ')) return;
          const { bound, name: what, fractionalBits } = plan.values[Number(name.slice('value '.length))];
          checked += found.length;
          const most = found.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
          if (most > bound) beyond.push(`${what ?? name} at ${fractionalBits} bits: ${most} > ${bound}`);
        },
      });
      const error: unknown = await run.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (error === undefined) ended++;
      if (error === undefined) expect(beyond).toEqual([]);
      else expect(error).toMatchObject({ code: 'TREFOIL_RANGE' });
    }),
    { numRuns: 60 },
  );
  expect(ended).toBeGreaterThan(15);
  expect(checked).toBeGreaterThan(100_000);
});

it('accepts nothing that comes out wrong', () =>
  fc.assert(
    fc.asyncProperty(changes, async ({ initial, final, ...rest }) => {
      const learningRate = { schedule: 'cosine', initial, final } as const;
      const task = taskOf({
        ...rest,
        learningRate,
        reveal: { ...EVERYTHING, metrics: NOBODY },
      });
      let plan: ReturnType<typeof trainingPlan>;
      try {
        plan = trainingPlan(task);
      } catch (error) {
        expect(error).toBeInstanceOf(TrefoilError);
        expect(error).toMatchObject({ code: 'TREFOIL_PLAN' });
        return;
      }
      expect(plan.headroomBits).toBeLessThanOrEqual(62);
      const order = publicStreams(new Uint8Array(32));
      const exact = runFloat64(plan, inputsOf(task), order);
      const bound = (name: string) =>
        Math.max(...plan.values.filter((value) => value.name === name).map((value) => value.bound));
      for (const name of ['weights 1', 'bias 1']) {
        for (const value of exact.get(name) ?? []) expect(Math.abs(value)).toBeLessThanOrEqual(bound(name));
      }
      if (exact.get('alarm')?.[0] !== 0) return;
      // A step may be off by the sigmoid's 5e-4 times the features, by 2^−9 of a factor, and by the truncation of the last place; errors
      // of earlier steps, and of the rounding of records, grow at most by the curvature of the loss.
      const steps = plan.training.stepsPerEpoch * plan.training.epochs;
      const most = Math.max(initial, final);
      const unit = 2 ** -task.fractionalBits;
      const growth = Math.max(1, most * (task.l2 + (task.clip ** 2 * task.architecture.inputs + 1) / 4)) ** steps;
      const weight = Math.max(...(exact.get('weights 1') ?? []).map(Math.abs));
      const each =
        most * task.clip * (5e-4 + 2 ** -9) +
        most * task.l2 * weight * 2 ** -8 +
        (2 + most * (1 + task.architecture.inputs * weight)) * unit;
      if (growth > 10) return;
      let fixed: ReturnType<typeof runFloat64>;
      try {
        fixed = await simulateInTheClear(plan, inputsOf(task), order);
      } catch (error) {
        // A logit within rounding of the interval's end.
        expect(error).toMatchObject({ code: 'TREFOIL_RANGE' });
        return;
      }
      for (const name of ['weights 1', 'bias 1']) {
        (exact.get(name) ?? []).forEach((value, i) => {
          expect(Math.abs((fixed.get(name) ?? [])[i] - value), name).toBeLessThan(steps * growth * each);
        });
      }
    }),
    { numRuns: 150 },
  ));
