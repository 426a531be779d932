/** Reads of the alarm on the way: often enough, cheap enough, and a run that trips it stops there, in every form of training. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import { evaluatorsMoment } from '../../src/plan/first-output.ts';
import type { Phase, Plan, Session } from '../../src/plan/plan.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { openingsOf } from '../../src/plan/quote/openings.ts';
import { withAlarmReads } from '../../src/plan/training/alarm-reads.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, TRUST } from '../protocol/harness.ts';
import { type Changes, inputsOf, ownedRows, taskOf } from '../runtime/task.ts';

const phaseOf = (name: string, openingRounds: number, trains: boolean): Phase => ({
  ...{ name, ops: [], updates: [], openingRounds, trains },
});
const [STEP, LAST, VALIDATION, ALARM] = [0, 1, 2, 3];

describe('the sessions of any training', () => {
  const arbitrary = fc.record({
    stepsPerEpoch: fc.integer({ min: 1, max: 3000 }),
    epochs: fc.integer({ min: 1, max: 40 }),
    rounds: fc.integer({ min: 1, max: 60 }),
    isSplit: fc.boolean(),
    stops: fc.boolean(),
  });

  it('read the alarm between steps, at less than a hundredth, and change nothing else', () =>
    fc.assert(
      fc.property(arbitrary, ({ stepsPerEpoch, epochs, rounds, isSplit, stops }) => {
        const phases = [
          phaseOf('training', rounds, true),
          phaseOf('training with loss', rounds, true),
          phaseOf('validation', 9, false),
          phaseOf('range alarm', 4, false),
        ];
        const when = stops ? ({ when: 'training' } as const) : {};
        const epoch: Session[] = [
          ...(stepsPerEpoch > 1 ? [{ phase: STEP, repeat: stepsPerEpoch - 1, ...when }] : []),
          { phase: LAST, repeat: 1, ...when },
          { phase: VALIDATION, repeat: 1, ...when },
        ];
        const sessions = isSplit
          ? Array.from({ length: epochs }, () => epoch).flat()
          : [{ phase: STEP, repeat: stepsPerEpoch * epochs }];
        const plan = { phases, values: [] };
        const read = withAlarmReads(plan, [...sessions, { phase: ALARM, repeat: 1 }], ALARM, stepsPerEpoch);

        // What trains and what is opened is the same, in the same order.
        const spelt = (of: readonly Session[]) =>
          of
            .filter(({ phase }) => phase !== ALARM)
            .flatMap(({ phase, repeat }) => new Array<number>(repeat).fill(phase));
        expect(spelt(read)).toEqual(spelt(sessions));
        const reads: number[] = [];
        let steps = 0;
        for (const [i, { phase, repeat, when }] of read.entries()) {
          expect(repeat).toBeGreaterThan(0);
          if (phases[phase].trains) steps += repeat;
          else if (phase === ALARM && i < read.length - 1) {
            reads.push(steps);
            expect(when).toBe(stops && isSplit ? 'training' : undefined);
          }
        }
        const total = stepsPerEpoch * epochs;
        expect(reads.every((at) => at > 0 && at < total)).toBe(true);
        // A read takes four exchanges here, and what compiling takes: to 1 %.
        const gaps = [0, ...reads].map((at, i) => (reads[i] ?? total) - at).slice(0, reads.length);
        for (const gap of gaps) expect(gap * rounds).toBeGreaterThanOrEqual(100 * (4 + 20));
        // No more than an epoch longer than that, or once an epoch.
        const most = Math.max(...gaps, total - (reads.at(-1) ?? 0));
        expect(most).toBeLessThanOrEqual(Math.max(stepsPerEpoch, Math.ceil(2500 / rounds) + stepsPerEpoch));
      }),
    ));
});

const NETWORK: Changes = {
  architecture: perceptron({ inputs: 3, hidden: [5], activation: 'relu', output: 'sigmoid', outputs: 1 }),
  l2: 0,
};

/** Steps of the plan between two reads of its alarm. */
function readsOf({ sessions, phases }: Plan): number[] {
  let steps = 0;
  return sessions.flatMap(({ phase, repeat }) => {
    if (phases[phase].trains) steps += repeat;
    return phases[phase].name === 'range alarm' ? [steps] : [];
  });
}

describe.each(TRUST)('in %s', (trust) => {
  it('an epoch that is long is read in parts, and short ones every few; the plan says how often', () => {
    const long = taskOf({ trust, trainRows: { north: 30_000, east: 0, south: 0 }, batch: 8, epochs: 2 });
    expect(readsOf(trainingPlan(long)).length).toBeGreaterThan(8);
    const short = trainingPlan(taskOf({ trust, epochs: 300 }));
    expect(readsOf(short).every((step, i, all) => step % 5 === 0 || i === all.length - 1)).toBe(true);
    const notice = openingsOf(short, ownedRows(taskOf({ trust }))).find(({ name }) => name === 'alarm');
    expect(notice).toMatchObject({ numbers: 1, times: readsOf(short).length });
  });

  const stopping = { metric: 'logLoss', patience: 100, rows: { north: 10, east: 10, south: 0 } } as const;
  it.each([
    ['a network', NETWORK],
    ['one that opens its loss', { ...NETWORK, reveal: { ...taskOf().reveal, trainingLoss: PARTIES } }],
    ['one that may stop early', { ...NETWORK, earlyStopping: stopping }],
  ] as const)(
    '%s that leaves its range stops long before its end, with the steps in which it did',
    async (_, changes) => {
      const task: TrainingTask = taskOf({
        ...changes,
        ...{ trust, clip: 2, epochs: 200, learningRate: { schedule: 'constant', initial: 100 } },
      });
      const plan = trainingPlan(task);
      const [first] = readsOf(plan);
      expect(first).toBeLessThan(plan.training.stepsPerEpoch * task.epochs * 0.3);
      let reached = 0;
      const onProgress = ({ trainingSteps }: { trainingSteps: number }) => {
        reached = Math.max(reached, trainingSteps);
      };
      const error = await simulate(plan, inputsOf(task), { onProgress }).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: 'TREFOIL_RANGE' });
      const [, to] = /in steps (?:\d+) to (\d+)\./.exec(String(error)) ?? [];
      expect([String(first), undefined]).toContain(to);
      // A dealer service learns no outputs, and deals ahead until it is told.
      if (trust === 'honest-majority') expect(reached).toBeLessThanOrEqual(first + 1);
    },
  );

  it('a private training is read at its end alone, since a ledger is charged before the first read', () => {
    const task = taskOf({
      ...{ trust, epochs: 300 },
      privacy: { norm: 1, noiseMultiplier: 1, countsMultiplier: 1 },
    });
    const plan = trainingPlan(task);
    expect(readsOf(plan)).toEqual([plan.training.stepsPerEpoch * task.epochs]);
    const first = evaluatorsMoment(plan).session;
    expect(plan.phases[plan.sessions[first].phase].name).toBe('range alarm');
  });

  it('a run with reads in it takes the rounds that its plan says', async () => {
    const task = taskOf({ ...NETWORK, trust, epochs: 130, learningRate: { schedule: 'constant', initial: 0.05 } });
    const plan = trainingPlan(task);
    expect(readsOf(plan).length).toBeGreaterThan(2);
    const { outcomes } = await simulate(plan, inputsOf(task));
    expect(outcomes.get('south')?.rounds).toBe(planCost(plan).rounds);
    expect(outcomes.get('south')?.sessions).toEqual(plan.sessions);
  });
});
