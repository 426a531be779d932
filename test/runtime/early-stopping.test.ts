/** Early stopping: every node leaves out the same sessions, the best model is released, and a dealer service is told one byte. */

import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { bestOf, type Decision, Decisions, decisionAfter, encodeDecision } from '../../src/runtime/decisions.ts';
import { record, TRUST } from '../protocol/harness.ts';
import { type Changes, EVERYTHING, inputsOf, PARTIES, taskOf } from './task.ts';

const SEED = new Uint8Array(32).fill(9);
const EPOCHS = 12;

/** So few rows to learn from at such a rate that the metric soon gets worse again. */
const stopping = (metric: 'logLoss' | 'accuracy', changes: Changes = {}): TrainingTask =>
  taskOf({
    architecture: perceptron({ inputs: 3, hidden: [], activation: 'relu', output: 'sigmoid', outputs: 1 }),
    trainRows: { north: 4, east: 4, south: 4 },
    batch: 6,
    epochs: EPOCHS,
    learningRate: { schedule: 'constant', initial: 3 },
    l2: 0,
    earlyStopping: { metric, patience: 2, rows: { north: 20, east: 0, south: 21 } },
    ...changes,
  });

function twinOf(task: TrainingTask) {
  const values: number[] = [];
  const plan = trainingPlan(task);
  const revealed = runFloat64(plan, inputsOf(task), publicStreams(SEED), (name, [value]) => {
    if (name === plan.earlyStopping?.output) values.push(value);
  });
  return { plan, revealed, values };
}

describe('decides', () => {
  const rule = { output: 'x', patience: 2 };
  it.each([
    [[3], 'keep'],
    [[3, 2], 'keep'],
    [[3, 3], 'go on'],
    [[3, 4], 'go on'],
    [[3, 4, 3], 'stop'],
    [[3, 4, 2], 'keep'],
    [[3, 2, 4, 5], 'stop'],
  ] as const)('%j: %s where smaller is better', (values, decision) => {
    expect(decisionAfter(values, { ...rule, better: 'smaller' })).toBe(decision);
    const negative = values.map((x) => -x);
    expect(decisionAfter(negative, { ...rule, better: 'larger' })).toBe(decision);
  });
});

it('a dealer takes the one byte of a decision where the rules leave it open, and no other byte', () => {
  const plan = trainingPlan(stopping('logLoss'));
  const patience = plan.earlyStopping?.patience ?? 0;
  expect(patience).toBeGreaterThan(1);
  const taken = (told: readonly Decision[], what: 'epoch' | 'release') =>
    Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => {
      const decisions = new Decisions(plan);
      for (const decision of told) decisions.follow('epoch', encodeDecision(decision), 'south');
      try {
        decisions.follow(what, Uint8Array.of(byte), 'south');
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'TREFOIL_PEER', place: { party: 'south' } });
        return false;
      }
    });
  const bytesOf = (...decisions: Decision[]) => decisions.map((decision) => encodeDecision(decision)[0]).sort();
  const wait = Array.from({ length: patience - 1 }, (): Decision => 'go on');
  expect(taken([], 'epoch')).toEqual(bytesOf('keep'));
  expect(taken(['keep'], 'epoch')).toEqual(bytesOf('go on', 'keep'));
  expect(taken(['keep', ...wait], 'epoch')).toEqual(bytesOf('keep', 'stop'));
  expect(taken(['keep', ...wait, 'keep'], 'epoch')).toEqual(bytesOf('go on', 'keep'));
  expect(taken(['keep'], 'release')).toEqual(bytesOf('release', 'withhold'));
});

describe.each(['logLoss', 'accuracy'] as const)('on %s', (metric) => {
  it('stops after the patience, and gives the model of the best epoch to the last bit', () => {
    const task = stopping(metric);
    const { plan, revealed, values } = twinOf(task);
    const better = plan.earlyStopping?.better ?? 'smaller';
    const best = bestOf(values, better);
    expect(values.length).toBeLessThan(EPOCHS);
    expect(values.length).toBe(best + 3);

    const { earlyStopping, ...rest } = task;
    expect(earlyStopping?.metric).toBe(metric);
    const shorter = runFloat64(trainingPlan({ ...rest, epochs: best + 1 }), inputsOf(task), publicStreams(SEED));
    for (const name of ['weights 1', 'bias 1']) expect(revealed.get(name), name).toEqual(shorter.get(name));
  });

  describe.each(TRUST)('in %s', (trust) => {
    it('every node runs the sessions of the twin, and all parties learn the same', async () => {
      const task = stopping(metric, { trust, reveal: EVERYTHING });
      const { plan, values, revealed } = twinOf(task);
      const { simulation, messages } = await record(plan, inputsOf(task), { publicStreams: publicStreams(SEED) });
      const [dealer] = plan.roles.nodes;
      const teller = plan.roles.evaluators.at(-1);
      const decisions = messages.filter(({ kind }) => kind === 'decision');
      expect(decisions.length).toBe(trust === 'dealer' ? values.length : 0);
      for (const { from, to, payload } of decisions) {
        expect([from, to, payload.length]).toEqual([teller, dealer, 1]);
      }
      const toDealer = new Set(messages.filter(({ to }) => to === dealer).map(({ kind }) => kind));
      expect([...toDealer].sort()).toEqual(
        trust === 'dealer' ? ['credit', 'decision', 'ready'] : ['credit', 'output', 'ready'],
      );
      const epochs = plan.roles.nodes.map(
        (node) => simulation.outcomes.get(node)?.sessions.filter(({ decides }) => decides).length,
      );
      expect(new Set(epochs)).toEqual(new Set([values.length]));
      const kept = simulation.outcomes.get('north')?.sessions.filter(({ when }) => when === 'best').length;
      expect(kept).toBe(
        values.filter((_, i) => bestOf(values.slice(0, i + 1), plan.earlyStopping?.better ?? 'smaller') === i).length,
      );
      for (const party of PARTIES) {
        const mine = simulation.outcomes.get(party)?.revealed;
        const last = mine?.get(plan.earlyStopping?.output ?? '')?.[0] ?? Number.NaN;
        // A count of rows is exact where no logit is next to 0; a mean loss has the errors of its series.
        expect(Math.abs(last - (values.at(-1) ?? Number.NaN))).toBeLessThan(metric === 'accuracy' ? 0.5 : 0.01);
        mine?.get('weights 1')?.forEach((w, i) => {
          // At most 24 steps of rate 3, each gradient off by 4e-4 and by a truncation.
          expect(Math.abs(w - (revealed.get('weights 1')?.[i] ?? Number.NaN))).toBeLessThan(24 * (3 * 4e-4 + 2 ** -16));
        });
      }
    });
  });
});

it('counts validation rows at the threshold of the model', () => {
  const architecture = perceptron({ inputs: 3, hidden: [], activation: 'relu', output: 'sigmoid', outputs: 1 });
  const comparedAt = (threshold?: number) => {
    const { phases, values } = trainingPlan(
      stopping('accuracy', { architecture: threshold === undefined ? architecture : { ...architecture, threshold } }),
    );
    const { ops } = phases.find(({ name }) => name === 'validation') ?? { ops: [] };
    return ops.flatMap(({ op }) =>
      op.op === 'lessThan' && values[op.of].cols === 1 && values[op.of].rows === 41
        ? [op.threshold * 2 ** -values[op.of].fractionalBits]
        : [],
    );
  };
  expect(comparedAt()).toContain(0);
  const [at] = comparedAt(0.8).filter((threshold) => Math.abs(threshold) < 28);
  expect(at).toBeCloseTo(Math.log(4), 9);
});

it('runs all epochs where the metric goes on getting better, and releases the last model', () => {
  const task = stopping('logLoss', { learningRate: { schedule: 'constant', initial: 0.05 }, epochs: 4 });
  const { plan, values } = twinOf(task);
  expect(values.length).toBe(4);
  expect(bestOf(values, 'smaller')).toBe(3);
  expect(plan.sessions.filter(({ when }) => when === 'best').length).toBe(4);
});
