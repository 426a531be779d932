/** Records enter some rows at a time and come out as they were, under masks of which each belongs to one value. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import type { Part, Plan, TrustMode, ValueId } from '../../src/plan/plan.ts';
import { entriesOfPhase, largestMessage, planCost } from '../../src/plan/quote/cost.ts';
import { firstRowOf } from '../../src/plan/records.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { type InputsOf, simulate } from '../../src/runtime/clear/simulate.ts';
import { Program, record, TRUST } from '../protocol/harness.ts';
import { NOBODY, PARTIES, taskOf } from './task.ts';

const MIB = 2 ** 20;
const WINDOW_BYTES = 16 * MIB;

/** Below 2^40, and different in every set, row and column. */
const entry = (set: string, owner: string, row: number, column: number) =>
  set.charCodeAt(0) * 2 ** 32 + PARTIES.indexOf(owner) * 2 ** 30 + row * 2 ** 10 + column;

const block = (set: string, owner: string, first: number, count: number, cols: number) =>
  Array.from({ length: count * cols }, (_, i) => entry(set, owner, first + Math.floor(i / cols), i % cols));

/** Sets of records by name, loaded `tile` rows of an owner at a time with the rest at the end; `after` is a phase on them. */
function loaded(
  trust: TrustMode,
  sets: Readonly<Record<string, { readonly parts: readonly Part[]; readonly cols: number }>>,
  tile: number,
  after: (
    phase: Parameters<Parameters<Program['builder']['phase']>[1]>[0],
    sets: Readonly<Record<string, ValueId>>,
  ) => void,
): { readonly plan: Plan; readonly inputs: InputsOf } {
  const program = new Program(trust);
  const { builder } = program;
  const repeat: number[] = [];
  const records = Object.entries(sets).map(([name, { parts, cols }]) => {
    const into = builder.addRecords(parts, cols, 0, 2 ** 40, name);
    for (const { owner, rows } of parts) {
      const tiles = Math.floor(rows / tile);
      for (const [count, first, times] of [
        [tile, 0, tiles],
        [rows % tile, tiles * tile, 1],
      ]) {
        if (count * times === 0) continue;
        builder.phase('load', (phase) => phase.load(into, owner, name, first, count));
        repeat.push(times);
      }
    }
    return [name, into] as const;
  });
  builder.phase('take', (phase) => after(phase, Object.fromEntries(records)));
  return {
    plan: program.plan(repeat),
    inputs: (owner) => (name, _, rows) =>
      Float64Array.from(block(name, owner, rows.first, rows.count, sets[name].cols)),
  };
}

const partsOf = (rows: readonly number[]): Part[] => PARTIES.map((owner, i) => ({ owner, rows: rows[i] }));
const allRows = (set: string, parts: readonly Part[], cols: number) =>
  parts.flatMap(({ owner, rows }) => Array.from({ length: rows }, (_, row) => block(set, owner, row, 1, cols)));

describe.each(TRUST)('in %s', (trust) => {
  it('gathers the rows that were entered, of any owners, columns and tiles, and of two sets at once', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.nat(7), fc.nat(7), fc.nat(7)).filter((rows) => rows.some((count) => count > 0)),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(3),
        async (rows, cols, tile, skipped) => {
          const [a, b] = [partsOf(rows), partsOf([2, 0, 1])];
          const [all, others] = [allRows('a', a, cols), allRows('b', b, cols + 1)];
          const first = Math.min(skipped, all.length - 1);
          const sets = { a: { parts: a, cols }, b: { parts: b, cols: cols + 1 } };
          const { plan, inputs } = loaded(trust, sets, tile, (phase, { a, b }) => {
            phase.reveal(phase.gather(a, 'next', all.length - first, first), 'next', PARTIES);
            phase.reveal(phase.gather(a, 'pairSecond', 1), 'second', PARTIES);
            phase.reveal(phase.gather(b, 'pairFirst', 3), 'first of others', PARTIES);
            phase.reveal(phase.gather(b, 'pairSecond', 3), 'second of others', PARTIES);
          });
          const { outcomes } = await simulate(plan, inputs);
          for (const party of PARTIES) {
            const revealed = (name: string) => [...(outcomes.get(party)?.revealed.get(name) ?? [])];
            expect(revealed('next')).toEqual(all.slice(first).flat());
            expect(revealed('second')).toEqual(all[all.length > 1 ? 1 : 0]);
            expect(revealed('first of others')).toEqual([0, 0, 1].flatMap((row) => others[row]));
            expect(revealed('second of others')).toEqual([1, 2, 2].flatMap((row) => others[row]));
          }
        },
      ),
      { numRuns: 20 },
    ));

  // 2,000 masks are all different with probability 1 − 2^-43.
  it('masks no two values alike', async () => {
    const sets = { a: { parts: partsOf([40, 31, 50]), cols: 9 }, b: { parts: partsOf([40, 31, 50]), cols: 6 } };
    const { plan, inputs } = loaded(trust, sets, 8, (phase, { a }) =>
      phase.reveal(phase.gather(a, 'next', 1), 'a', PARTIES),
    );
    const { messages } = await record(plan, inputs);
    const masks = new Set<bigint>();
    let values = 0;
    for (const { kind, from, to, position, payload } of messages) {
      const receiver = plan.roles.evaluators.find((name) => name !== from);
      if (kind !== 'input' || payload.length === 0 || to !== receiver) continue;
      const [op] = entriesOfPhase(plan.phases[plan.sessions[position.phase].phase], plan.values);
      if (!op.isRecords) continue;
      const first = op.first + position.step * op.rows;
      const words = new BigUint64Array(new Uint8Array(payload).buffer);
      block(op.name, op.owner, first, op.rows, plan.values[op.into].cols).forEach((value, i) => {
        masks.add(BigInt.asUintN(64, words[i] - BigInt(value)));
        values++;
      });
    }
    expect(values).toBe(121 * 15);
    expect(masks.size).toBe(values);
  });

  it('sends no more ahead than its window, where the dealer enters all rows', async () => {
    const sets = { a: { parts: partsOf(trust === 'dealer' ? [0, 3000, 0] : [3000, 0, 0]), cols: 784 } };
    const { plan, inputs } = loaded(trust, sets, 256, (phase, { a }) =>
      phase.reveal(phase.gather(a, 'next', 1), 'a', PARTIES),
    );
    const { messages } = await record(plan, inputs);
    const ahead = new Map<string, number>();
    for (const { kind, from, to, payload } of messages) {
      const peer = from === plan.roles.dealer ? to : from;
      const before = ahead.get(peer) ?? 0;
      if (kind === 'input' && from === plan.roles.dealer) ahead.set(peer, before + payload.length);
      if (kind === 'credit') ahead.set(peer, before - new DataView(payload.slice().buffer).getUint32(0, true));
      expect(ahead.get(peer) ?? 0).toBeLessThanOrEqual(WINDOW_BYTES);
    }
    for (const left of ahead.values()) expect(left).toBe(0);
    const sent = messages.reduce((sum, { kind, payload }) => sum + (kind === 'input' ? payload.length : 0), 0);
    expect(sent).toBe(2 * 8 * 784 * 3000);
  });
});

const SHAPES: readonly (Partial<TrainingTask> & { readonly features?: number })[] = [
  { features: 7 },
  { features: 784, trainRows: { north: 20_000, east: 1, south: 333 }, testRows: { north: 0, east: 5000, south: 0 } },
  { features: 1, trainRows: { north: 500_000, east: 500_001, south: 0 }, testRows: { north: 1, east: 0, south: 0 } },
];

it.each(SHAPES)('a plan enters every row once, in messages of about a MiB: %o', (changes) => {
  const plan = trainingPlan(
    taskOf({ ...changes, reveal: { trainingLoss: [], metrics: { ...NOBODY, accuracy: PARTIES }, model: [] } }),
  );
  const entered = new Map(
    plan.state.flatMap(({ value, parts }) =>
      parts === undefined ? [] : [[value, new Uint8Array(plan.values[value].rows)]],
    ),
  );
  expect(entered.size).toBe(4);
  for (const { phase, repeat } of plan.sessions) {
    for (const op of entriesOfPhase(plan.phases[phase], plan.values)) {
      if (!op.isRecords) continue;
      for (let repetition = 0; repetition < repeat; repetition++) {
        const first = firstRowOf(plan, op, repetition);
        const rows = entered.get(op.into)?.subarray(first, first + op.rows) ?? [];
        expect(rows.length).toBe(op.rows);
        for (let i = 0; i < rows.length; i++) rows[i]++;
      }
    }
  }
  for (const times of entered.values()) expect(times.every((count) => count === 1)).toBe(true);
  // What is left over of each set has fewer rows than there are tiles, and no step of these jobs sends as much.
  expect(largestMessage(plan)).toBeLessThan(2 * MIB);
});

it.each(TRUST)('MNIST needs less than 600 MiB for its tensors in %s, and a dealer less than 120', (trust) => {
  const plan = trainingPlan(
    taskOf({
      trust,
      architecture: perceptron({ inputs: 784, hidden: [128, 128], activation: 'relu', output: 'softmax', outputs: 10 }),
      trainRows: { north: 20_000, east: 20_000, south: 20_000 },
      testRows: { north: 0, east: 5000, south: 5000 },
      batch: 128,
      clip: 1,
      dataBits: 8,
      reveal: {
        trainingLoss: PARTIES,
        metrics: { ...NOBODY, accuracy: PARTIES, confusionMatrix: PARTIES },
        model: PARTIES,
      },
    }),
  );
  const { memory } = planCost(plan);
  for (const name of plan.roles.evaluators) expect(memory[name]).toBeLessThan(600 * MIB);
  expect(memory[plan.roles.dealer]).toBeLessThan(120 * MIB);
});
