/** Records of owners that run no node enter as shares of the evaluators, and come out as they were. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, Plan, TrustMode } from '../../src/plan/plan.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { type InputsOf, simulate } from '../../src/runtime/clear/simulate.ts';
import type { Node } from '../../src/runtime/node.ts';
import { ByteCounts } from '../protocol/chi-squared.ts';
import { PARTIES, Program, record, TRUST } from '../protocol/harness.ts';

const OWNERS = [...PARTIES, 'clinic', 'practice'];
const MASK = 2n ** 64n - 1n;

/** Different in every owner, row and column. */
const entry = (owner: string, row: number, column: number) => OWNERS.indexOf(owner) * 2 ** 30 + row * 2 ** 10 + column;
const rowOf = (owner: string, row: number, cols: number) =>
  Array.from({ length: cols }, (_, column) => entry(owner, row, column));

interface Shared {
  readonly plan: Plan;
  readonly inputs: InputsOf;
  /** What each evaluator has of the owners that run no node. */
  readonly observe: (self: string) => Partial<Node>;
}

/** One set of records of parties and others, loaded `tile` rows at a time; all rows are revealed. */
function loaded(trust: TrustMode, parts: readonly Part[], cols: number, tile: number, value = rowOf): Shared {
  const program = new Program(trust);
  const { builder } = program;
  const into = builder.addRecords(parts, cols, 0, 2 ** 40, 'records');
  const repeat: number[] = [];
  const most = Math.max(...parts.map(({ rows }) => rows));
  // All owners enter at the same time, as in a training.
  for (let first = 0; first < most; first += tile) {
    builder.phase('load', (phase) => {
      for (const { owner, rows } of parts) {
        const count = Math.min(tile, rows - first);
        if (count > 0) phase.load(into, owner, 'records', first, count);
      }
    });
    repeat.push(1);
  }
  const all = parts.reduce((sum, { rows }) => sum + rows, 0);
  builder.phase('take', (phase) => phase.reveal(phase.gather(into, 'next', all), 'all', PARTIES));
  const { evaluators } = builder.roles;
  const shares = new Map(
    parts.map(({ owner, rows }) => {
      const words = Array.from({ length: rows }, (_, row) => value(owner, row, cols)).flat();
      const parts = evaluators
        .slice(1)
        .map(() => new BigUint64Array(new Uint8Array(randomBytes(8 * words.length)).buffer));
      const rest = BigUint64Array.from(words, (word, i) =>
        parts.reduce((sum, part) => (sum - part[i]) & MASK, BigInt(word) & MASK),
      );
      return [owner, [...parts, rest]] as const;
    }),
  );
  return {
    plan: program.plan(repeat),
    inputs:
      (owner) =>
      (_, __, { first, count }) =>
        Float64Array.from(Array.from({ length: count }, (_, i) => value(owner, first + i, cols)).flat()),
    observe: (self) => ({
      shares: (owner, _, { first, count }) => {
        const words = shares.get(owner)?.[evaluators.indexOf(self)].slice(first * cols, (first + count) * cols);
        return new Uint8Array(words?.buffer ?? new ArrayBuffer(0));
      },
    }),
  };
}

describe.each(TRUST)('in %s', (trust) => {
  it('gathers the rows that were contributed beside those of the parties', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(...OWNERS.map(() => fc.nat(6))).filter((rows) => rows.some((count) => count > 0)),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, cols, tile) => {
          const parts = OWNERS.map((owner, i) => ({ owner, rows: rows[i] }));
          const { plan, inputs, observe } = loaded(trust, parts, cols, tile);
          const { outcomes, links } = await simulate(plan, inputs, observe);
          const all = parts.flatMap(({ owner, rows }) =>
            Array.from({ length: rows }, (_, row) => rowOf(owner, row, cols)).flat(),
          );
          for (const party of PARTIES) expect([...(outcomes.get(party)?.revealed.get('all') ?? [])]).toEqual(all);
          const { bytes, memory } = planCost(plan);
          for (const node of plan.roles.nodes) {
            const sent = [...(links.get(node)?.values() ?? [])].reduce((sum, { sent }) => sum + sent.input, 0);
            expect(sent).toBe(bytes[node].input);
            expect(outcomes.get(node)?.tensorBytes).toBeLessThanOrEqual(memory[node]);
          }
        },
      ),
      { numRuns: 20 },
    ));

  // A false alarm in fewer than one of 10^9 runs: see chi-squared.ts.
  it('shows no node anything but noise, whatever the rows are', async () => {
    for (const value of [() => [0, 0, 0, 0], () => [1, 2 ** 30, -1, -(2 ** 30)]]) {
      const parts = [
        { owner: 'north', rows: 1 },
        { owner: 'clinic', rows: 4000 },
      ];
      const { plan, inputs, observe } = loaded(trust, parts, 4, 1000, value);
      const { messages } = await record(plan, inputs, observe);
      const { evaluators, dealer } = plan.roles;
      const seen = new ByteCounts();
      for (const { kind, from, to, payload } of messages) {
        // The eight bytes of a word each by themselves.
        if (kind !== 'input' || !evaluators.includes(from)) continue;
        for (let byte = 0; byte < 8; byte++) seen.add(`${from} to ${to}, byte ${byte}`, payload, byte, 8);
      }
      expect(seen.size).toBe(8 * evaluators.length * (evaluators.length - 1));
      expect(seen.suspicious()).toEqual([]);
      const toDealer = messages.filter(({ kind, to }) => kind === 'input' && to === dealer);
      expect(toDealer.every(({ payload }) => payload.length === 0)).toBe(true);
    }
  });
});
