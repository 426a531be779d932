/** A profile books what a run does, each moment at most once; without one nothing is wrapped, and results are the same. */

import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import { layersOfOperations } from '../../src/plan/quote/by-layer.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { simulate, simulateInTheClear } from '../../src/runtime/clear/simulate.ts';
import { Profile, timed } from '../../src/runtime/profile/profile.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';
import { TRUST } from '../protocol/harness.ts';
import { EVERYTHING, inputsOf, taskOf } from './task.ts';

const task = (trust: (typeof TRUST)[number]) =>
  taskOf({
    trust,
    architecture: perceptron({ inputs: 3, hidden: [5], activation: 'relu', output: 'softmax', outputs: 3 }),
    clip: 1,
    reveal: { ...EVERYTHING, metrics: { ...EVERYTHING.metrics, auc: [] } },
  });

describe.each(TRUST)('the profile of a run, %s', (trust) => {
  it('books every phase, and each of its operations, at every node, and no more time than has passed', async () => {
    const plan = trainingPlan(task(trust));
    const profiles = new Map(plan.roles.nodes.map((node) => [node, new Profile()]));
    const begin = performance.now();
    const { outcomes } = await simulate(plan, inputsOf(task(trust)), {}, memoryLinks(plan.roles.nodes), profiles);
    const wall = (performance.now() - begin) / 1000;
    expect(outcomes.size).toBe(profiles.size);
    const phases = plan.phases.filter((_, i) => plan.sessions.some(({ phase }) => phase === i));
    for (const [node, profile] of profiles) {
      const { seconds, phases: passed, bookings } = profile.read();
      expect(new Set(bookings.map(({ phase }) => phase)), node).toEqual(new Set(phases.map(({ name }) => name)));
      for (const booking of bookings) {
        expect(booking.seconds, booking.operation).toBeGreaterThanOrEqual(0);
        expect(booking.calls, booking.operation).toBeGreaterThan(0);
      }
      for (const phase of phases) {
        const layers = layersOfOperations(plan, phase);
        for (const [i, { op }] of phase.ops.entries()) {
          const same = { phase: phase.name, operation: op.op, layer: layers[i] };
          // What enters and what leaves is timed with its messages.
          if (op.op === 'input' || op.op === 'load' || op.op === 'reveal') continue;
          expect(bookings, node).toContainEqual(expect.objectContaining(same));
        }
      }
      // Sums of doubles: far below a nanosecond.
      expect(Object.values(passed).reduce((sum, each) => sum + each, 0)).toBeCloseTo(seconds, 9);
      const booked = bookings.reduce((sum, booking) => sum + booking.seconds, 0);
      expect(booked, node).toBeLessThanOrEqual(Math.min(seconds, wall) + 1e-9);
    }
  });

  it('books what each role waits for', async () => {
    const plan = trainingPlan(task(trust));
    const profiles = new Map(plan.roles.nodes.map((node) => [node, new Profile()]));
    await simulate(plan, inputsOf(task(trust)), {}, memoryLinks(plan.roles.nodes), profiles);
    const operations = (node: string) =>
      new Set(
        profiles
          .get(node)
          ?.read()
          .bookings.map(({ operation }) => operation),
      );
    const { dealer, evaluators } = plan.roles;
    expect(operations(dealer)).toContain('sending corrections');
    expect(operations(dealer)).toContain('waiting for credits');
    for (const evaluator of evaluators) expect(operations(evaluator)).toContain('waiting for openings');
    expect(operations(evaluators[evaluators.length - 1])).toContain('waiting for corrections');
    expect(operations(evaluators[0])).not.toContain('waiting for corrections');
  });
});

describe('a profile', () => {
  it('changes no result', async () => {
    const plan = trainingPlan(task('dealer'));
    const order = publicStreams(new Uint8Array(32));
    const [without, having] = [
      await simulateInTheClear(plan, inputsOf(task('dealer')), order),
      await simulateInTheClear(plan, inputsOf(task('dealer')), order, { profile: new Profile() }),
    ];
    expect(having).toEqual(without);
    expect(having.size).toBeGreaterThan(0);
  });

  it('wraps nothing where there is none', () => {
    const action = () => 1;
    expect(timed(undefined, 'product', action)).toBe(action);
  });

  it('books under the phase that was entered when the action was wrapped', () => {
    const profile = new Profile();
    profile.enter('training');
    const add = profile.timed('product', 'layer 1', (a: number, b: number) => a + b);
    profile.enter('output');
    expect([add(1, 2), add(3, 4)]).toEqual([3, 7]);
    const { bookings } = profile.read();
    expect(bookings).toHaveLength(1);
    expect(bookings[0]).toMatchObject({ phase: 'training', operation: 'product', layer: 'layer 1', calls: 2 });
  });

  it('books what the process does during a wait apart from the wait, and no moment twice', async () => {
    const profile = new Profile();
    const busy = () => {
      const end = performance.now() + 30;
      while (performance.now() < end);
    };
    await profile.waiting('busy', async () => busy());
    const idle = profile.waiting('idle', () => new Promise((resolve) => setTimeout(resolve, 60)));
    profile.timed('work', undefined, busy)();
    await idle;
    const { seconds, bookings } = profile.read();
    const of = (name: string) => bookings.find(({ operation }) => operation === name)?.seconds ?? Number.NaN;
    expect(of('busy')).toBe(0);
    expect(of('transport, while waiting')).toBeGreaterThanOrEqual(0.03);
    expect(of('work')).toBeGreaterThanOrEqual(0.03);
    // The work is none of it, whatever is left of the timer.
    expect(of('idle')).toBeGreaterThanOrEqual(0);
    expect(of('idle') + of('work') + of('transport, while waiting')).toBeLessThanOrEqual(seconds + 1e-9);
  });
});
