/** The release gate: what it counts is what float64 counts, all decide alike, and a model that is withheld never leaves. */

import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import { openingsOf } from '../../src/plan/quote/openings.ts';
import { gateThresholds } from '../../src/plan/training/gate-counting.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { membershipAdvantage } from '../../src/privacy/accounting/membership-advantage.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { decodeVerdict, encodeVerdict } from '../../src/runtime/decisions.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { record, TRUST } from '../protocol/harness.ts';
import { type Changes, denseOf, inputsOf, ownedRows, PARTIES, recordsOf, taskOf } from './task.ts';

const order = () => publicStreams(new Uint8Array(32).fill(5));
const SOFTMAX = perceptron({ inputs: 3, hidden: [6], activation: 'relu', output: 'softmax', outputs: 3 });
const gated = (maxAdvantage: number, changes: Changes = {}) => taskOf({ gate: { maxAdvantage }, ...changes });

/** Rows at or above each threshold, from the model itself. */
function countsOf(task: TrainingTask, revealed: Revealed, kind: 'train' | 'test', slack: number): number[] {
  const { hidden, outputs, output } = denseOf(task);
  const layers = [...hidden, outputs].map((_, i) =>
    [`weights ${i + 1}`, `bias ${i + 1}`].map((of) => revealed.get(of)),
  );
  const confidences = PARTIES.flatMap((owner) => {
    const { features, labels } = recordsOf(task, kind, owner);
    return Array.from({ length: features.length / 3 }, (_, row) => {
      const z = layers.reduce<number[]>(
        (x, [weights = new Float64Array(), bias = new Float64Array()], layer) =>
          [...bias].map((b, j) => {
            const sum = x.reduce((all, value, i) => all + value * weights[i * bias.length + j], b);
            return layer < hidden.length ? Math.max(0, sum) : sum;
          }),
        [...features.slice(3 * row, 3 * row + 3)],
      );
      if (output === 'sigmoid') return labels[row] === 1 ? z[0] : -z[0];
      const powers = z.map(Math.exp);
      const label = labels.slice(outputs * row, outputs * (row + 1)).indexOf(1);
      return powers[label] / powers.reduce((all, power) => all + power, 0);
    });
  });
  return gateThresholds(task.architecture).map((t) => confidences.filter((c) => c >= t + slack).length);
}

describe('the advantage', () => {
  it('is bounded by exact intervals, in either direction', () => {
    // One threshold: four bounds at 1.25 %; of 0 in 10 the upper one is 1 − 0.0125^(1/10).
    const { value, upper } = membershipAdvantage({ members: [10], others: [0] }, { members: 10, others: 10 });
    expect(value).toBe(1);
    expect(upper).toBeCloseTo(1, 12);
    const even = membershipAdvantage({ members: [0], others: [0] }, { members: 10, others: 10 });
    expect(even).toEqual({ value: 0, upper: expect.closeTo(1 - 0.0125 ** 0.1, 12) });
    expect(membershipAdvantage({ members: [3], others: [8] }, { members: 10, others: 10 }).value).toBeCloseTo(0.5, 12);
  });

  it('of many rows is close to what is seen', () => {
    const counts = { members: [9000, 5000], others: [8900, 4900] };
    const { value, upper } = membershipAdvantage(counts, { members: 10_000, others: 10_000 });
    expect(value).toBeCloseTo(0.01, 12);
    // Two bounds of 2.73 deviations of 0.005 at the most.
    expect(upper).toBeLessThan(0.01 + 2 * 2.8 * 0.005);
  });
});

describe('a verdict', () => {
  it('travels in four bytes, never smaller than it is', () => {
    const bytes = encodeVerdict({ value: 0.12345, upper: 0.30001 });
    expect(bytes.length).toBe(4);
    expect(decodeVerdict(bytes, 'east')).toEqual({ value: 0.1234, upper: 0.3001 });
    expect(decodeVerdict(encodeVerdict({ value: 1, upper: 1 }), 'east')).toEqual({ value: 1, upper: 1 });
  });

  it.each([
    [0.3, 0.2],
    [0.5, 1.5],
  ])('is none with %d and %d', (value, upper) => {
    expect(() => decodeVerdict(encodeVerdict({ value, upper }), 'east')).toThrow(
      expect.objectContaining({ code: 'TREFOIL_PEER', place: { party: 'east' } }),
    );
  });
});

describe.each(TRUST)('in %s', (trust) => {
  describe.each([
    ['a logistic regression', {}],
    ['a softmax network', { architecture: SOFTMAX }],
    [
      'with early stopping',
      { earlyStopping: { metric: 'accuracy', patience: 2, rows: { north: 9, east: 0, south: 9 } } },
    ],
  ] as const)('%s', (_, changes: Changes) => {
    const run = (maxAdvantage: number) => {
      const task = gated(maxAdvantage, { ...changes, trust });
      const plan = trainingPlan(task);
      return record(plan, inputsOf(task), { publicStreams: order() }).then((recorded) => ({ task, plan, ...recorded }));
    };

    it('is released, with the counts of its own confidences', async () => {
      const { task, plan, simulation } = await run(1);
      for (const party of PARTIES) {
        const { revealed, advantage, sessions } = simulation.outcomes.get(party) ?? {};
        if (revealed === undefined || advantage === undefined) throw new Error(`${party} learns the counts`);
        expect(sessions?.length).toBeLessThanOrEqual(plan.sessions.length);
        const [members, others] = ['training rows', 'test rows'].map((rows) => revealed.get(`${rows} by confidence`));
        for (const [counts, kind] of [
          [members, 'train'],
          [others, 'test'],
        ] as const) {
          // Two hundredths: the softmax on shares, and logits of 16 bits.
          const [least, most] = [0.02, -0.02].map((slack) => countsOf(task, revealed, kind, slack));
          [...(counts ?? [])].forEach((count, i) => {
            expect(count).toBeGreaterThanOrEqual(least[i]);
            expect(count).toBeLessThanOrEqual(most[i]);
          });
        }
        expect(advantage).toEqual(
          membershipAdvantage({ members: members ?? [], others: others ?? [] }, { members: 42, others: 17 }),
        );
        expect(revealed.get('weights 1')?.length).toBeGreaterThan(0);
      }
    });

    it('is withheld: no share of it leaves, and all know why', async () => {
      const { plan, simulation, messages } = await run(0.001);
      const model = plan.sessions.findIndex(({ when }) => when === 'released');
      expect(messages.filter(({ position }) => position.phase === model)).toEqual([]);
      const [first, ...others] = PARTIES.map((party) => simulation.outcomes.get(party));
      expect(first?.revealed.has('weights 1')).toBe(false);
      expect(first?.advantage?.upper).toBeGreaterThan(0.001);
      for (const outcome of others) {
        expect(outcome?.revealed.has('weights 1')).toBe(false);
        expect(outcome?.advantage).toEqual(first?.advantage);
      }
      expect(simulation.outcomes.get('north')?.sessions.some(({ when }) => when === 'released')).toBe(false);
    });
  });

  it('an auditor decides on a copy, and is told alone', async () => {
    for (const [upper, isReleased] of [
      [0.1, true],
      [0.6, false],
    ] as const) {
      const task = taskOf({ trust, gate: { maxAdvantage: 0.5, auditor: 'east' } });
      const plan = trainingPlan(task);
      const seen: Revealed[] = [];
      const { simulation, messages } = await record(plan, inputsOf(task), {
        publicStreams: order(),
        audit: async (revealed) => {
          seen.push(revealed);
          return { value: 0.05, upper };
        },
      });
      expect(seen.length).toBe(1);
      expect(seen[0].get('audited weights 1')?.length).toBe(3);
      const told = messages.filter(({ kind }) => kind === 'decision');
      expect(told.map(({ from, payload }) => [from, payload.length])).toEqual(
        plan.roles.nodes.filter((node) => node !== 'east').map((node) => ['east', node === 'dealer' ? 1 : 4]),
      );
      for (const node of plan.roles.nodes) {
        const outcome = simulation.outcomes.get(node);
        expect(outcome?.advantage).toEqual(node === 'dealer' ? undefined : { value: 0.05, upper });
        expect(outcome?.revealed.has('weights 1')).toBe(isReleased && PARTIES.includes(node));
        expect(outcome?.revealed.has('audited weights 1')).toBe(node === 'east');
      }
    }
  });
});

describe('the plan', () => {
  it('names the counts and who learns them, and stays as it was without a gate', () => {
    const without = trainingPlan(taskOf());
    const plan = trainingPlan(gated(0.2));
    const counts = openingsOf(plan, ownedRows(taskOf())).filter(({ name }) => /by confidence/.test(name));
    expect(counts.map(({ to, numbers, times }) => [to, numbers, times])).toEqual([
      [PARTIES, 8, 1],
      [PARTIES, 8, 1],
    ]);
    expect(without.release).toBeUndefined();
    expect(plan.release).toEqual({ maxAdvantage: 0.2, on: 'shares', members: 42, others: 17 });
    const copied = taskOf({ gate: { maxAdvantage: 0.2, auditor: 'south' } });
    const audited = openingsOf(trainingPlan(copied), ownedRows(copied));
    expect(audited.filter(({ to }) => to.length === 1).map(({ what }) => what)).toEqual([
      'the model, before the release gate: weights 1',
      'the model, before the release gate: bias 1',
    ]);
  });

  it('runs in float64 alike', () => {
    const task = gated(1);
    const revealed = runFloat64(trainingPlan(task), inputsOf(task), order());
    const counts = countsOf(task, revealed, 'train', 0);
    expect([...(revealed.get('training rows by confidence') ?? [])]).toEqual(counts);
    const withheld = runFloat64(trainingPlan(gated(0.001)), inputsOf(task), order());
    expect(withheld.has('weights 1')).toBe(false);
  });
});
