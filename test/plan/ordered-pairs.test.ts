/** Pairs in the right order: exactly by all pairs, and by buckets of logits within the error that is opened with them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComparedPairs } from '../../src/plan/outputs/metrics/compared-pairs.ts';
import type { CountsOfPairs } from '../../src/plan/outputs/metrics/counts-of-pairs.ts';
import { MOST_COMPARED_ROWS, orderedPairs } from '../../src/plan/outputs/metrics/ordered-pairs.ts';
import { PairsByBucket } from '../../src/plan/outputs/metrics/pairs-by-bucket.ts';
import type { TrustMode } from '../../src/plan/plan.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import type { PlanBuilder } from '../../src/plan/write/plan-builder.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { column, PARTIES, Program, TRUST } from '../protocol/harness.ts';

const BITS = 16;
type Row = readonly [logit: number, label: number];
type Counting = new (plan: PlanBuilder, rows: number) => CountsOfPairs;

/** Twice the pairs in the right order, ties counted once, and the pairs that are compared. */
function exactly(rows: readonly Row[]): { readonly ordered: number; readonly pairs: number } {
  const sorted = rows.toSorted(([a], [b]) => a - b);
  let [ordered, negatives] = [0, 0];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to][0] === sorted[from][0]) to++;
    const tied = sorted.slice(from, to);
    const positive = tied.filter(([, label]) => label === 1).length;
    ordered += positive * (2 * negatives + tied.length - positive);
    negatives += tied.length - positive;
    from = to;
  }
  return { ordered, pairs: negatives * (rows.length - negatives) };
}

/** What is opened, and the same from the twin; rounds and bytes are those of the plan. */
async function counted(trust: TrustMode, rows: readonly Row[], Counting: Counting, bound: number) {
  const program = new Program(trust);
  const { builder } = program;
  const counting = new Counting(builder, rows.length);
  const labels = builder.addState(column(rows.length), 0, 1, 'labels');
  builder.phase('entering', (phase) => {
    const [z, y] = ([0, 1] as const).map((i) => {
      const values = rows.map((row) => row[i]);
      return program.real(phase, 'east', values, column(rows.length), i === 0 ? BITS : 0, i === 0 ? bound : 1);
    });
    counting.keep(phase, z, 0);
    phase.update(labels, y);
  });
  const sessions = counting.count(labels);
  builder.phase('opening', (phase) => {
    for (const { name, value } of counting.counts) phase.reveal(value, name, PARTIES);
  });
  const plan = program.plan([1, ...sessions.map(({ repeat }) => repeat)]);
  const { outcomes } = await simulate(plan, program.inputsOf);
  const cost = planCost(plan);
  for (const name of plan.roles.evaluators) expect(outcomes.get(name)?.rounds).toBe(cost.rounds);
  const twin = runFloat64(plan, program.inputsOf, publicStreams(new Uint8Array(32)));
  for (const { name } of counting.counts) {
    for (const party of PARTIES) expect(outcomes.get(party)?.revealed.get(name), name).toEqual(twin.get(name));
  }
  const number = (name: string) => twin.get(name)?.[0] ?? 0;
  return { ordered: number('ordered pairs'), inOneBucket: number('pairs in one bucket') };
}

/** Logits as fixed point has them, many of them equal, at edges of buckets, or beyond ±28. */
const logit = fc.oneof(
  fc.integer({ min: -40 * 2 ** BITS, max: 40 * 2 ** BITS }).map((z) => z / 2 ** BITS),
  fc.integer({ min: -3 * 2 ** BITS, max: 3 * 2 ** BITS }).map((z) => z / 2 ** BITS),
  fc.integer({ min: -600, max: 600 }).map((z) => z / 256),
  fc.constantFrom(-28, -8, -4, -2, 0, 2 ** -BITS, -(2 ** -BITS), 2, 4, 8, 28),
);
const rowsOf = (labels: fc.Arbitrary<number>, z = logit) =>
  fc.array(fc.tuple(z, labels), { minLength: 1, maxLength: 70 });
const some = fc.oneof(
  rowsOf(fc.constantFrom(0, 1)),
  rowsOf(fc.constant(0)),
  rowsOf(fc.constant(1)),
  logit.chain((z) => rowsOf(fc.constantFrom(0, 1), fc.constant(z))),
);

describe.each(TRUST)('in %s', (trust) => {
  it('all pairs are counted exactly', async () => {
    await fc.assert(
      fc.asyncProperty(some, async (rows) => {
        expect((await counted(trust, rows, ComparedPairs, 40)).ordered).toBe(exactly(rows).ordered);
      }),
      { numRuns: 6 },
    );
  });

  it('buckets are off by no more than the error that is opened', async () => {
    await fc.assert(
      fc.asyncProperty(some, async (rows) => {
        const { ordered, inOneBucket } = await counted(trust, rows, PairsByBucket, 40);
        const { ordered: right, pairs } = exactly(rows);
        expect(Math.abs(ordered - right)).toBeLessThanOrEqual(inOneBucket);
        expect(inOneBucket).toBeLessThanOrEqual(pairs);
        const isOneLogit = new Set(rows.map(([z]) => z)).size === 1;
        if (isOneLogit) expect({ ordered, inOneBucket }).toEqual({ ordered: right, inOneBucket: pairs });
      }),
      { numRuns: 4 },
    );
  });
});

it('more than a tile of rows of a weak model: a stated error below 0.005, an actual one below 0.001', async () => {
  // Normal logits whose means are 0.36 deviations apart: an AUC of 0.6.
  const seeded = (i: number) => {
    const s = Math.sin(i * 12.9898 + 1) * 43758.5453;
    return s - Math.floor(s);
  };
  const rows = Array.from({ length: 2100 }, (_, i): Row => {
    const label = seeded(3 * i) < 0.3 ? 1 : 0;
    const normal = Math.sqrt(-2 * Math.log(1 - seeded(3 * i + 1))) * Math.cos(2 * Math.PI * seeded(3 * i + 2));
    return [Math.round(2 ** BITS * (0.36 * (normal + 0.36 * label) - 0.85)) / 2 ** BITS, label];
  });
  const { ordered, inOneBucket } = await counted('honest-majority', rows, PairsByBucket, 28);
  const { ordered: right, pairs } = exactly(rows);
  expect(right / 2 / pairs).toBeCloseTo(0.6, 1);
  expect(inOneBucket / 2 / pairs).toBeLessThan(0.005);
  expect(Math.abs(ordered - right) / 2 / pairs).toBeLessThan(0.001);
});

it('few rows are compared in pairs, many are counted', () => {
  const { builder } = new Program('dealer');
  expect(orderedPairs(builder, MOST_COMPARED_ROWS)).toBeInstanceOf(ComparedPairs);
  expect(orderedPairs(builder, MOST_COMPARED_ROWS + 1)).toBeInstanceOf(PairsByBucket);
});

it('ten million rows fit the ring, and take the memory of a tile beside their logits', () => {
  const memory = (rows: number) => {
    const program = new Program('honest-majority');
    const { builder } = program;
    const counting = new PairsByBucket(builder, rows);
    const labels = builder.addState(column(rows), 0, 1, 'labels');
    builder.phase('entering', (phase) => {
      const z = program.real(phase, 'east', [], column(8), BITS, 28);
      counting.keep(phase, z, 0);
    });
    counting.count(labels);
    return planCost(program.plan()).memory.east;
  };
  const [few, many] = [4096, 10_000_000];
  // Logits and labels, each masked and with a mask share: 32 bytes a row.
  expect(memory(many) - memory(few)).toBeLessThanOrEqual(32 * (many - few));
  expect(memory(few)).toBeLessThan(64 * 2 ** 20);
});
