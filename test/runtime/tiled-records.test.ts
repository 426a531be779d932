/** Records whose rows and columns lie with several owners in any tiling come out as they were, at the cost of rows that lie with one owner each. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, Plan, TrustMode } from '../../src/plan/plan.ts';
import { entriesOfPhase, planCost } from '../../src/plan/quote/cost.ts';
import { firstRowOf } from '../../src/plan/records.ts';
import { loadingPhases } from '../../src/plan/training/loading.ts';
import type { ColumnOwners, TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { type InputsOf, simulate } from '../../src/runtime/clear/simulate.ts';
import type { Link } from '../../src/transport/link.ts';
import { Program, record, TRUST } from '../protocol/harness.ts';
import { EVERYTHING, inputsOf, NOTHING_BUT_THE_MODEL, PARTIES, taskOf } from './task.ts';

const order = () => publicStreams(new Uint8Array(32));

interface Area {
  readonly firstRow: number;
  readonly rows: number;
  readonly first: number;
  readonly count: number;
}

/** Cuts an area in two again and again: each number says where, and along which side. */
function cut(area: Area, cuts: readonly number[]): Area[] {
  const [at, ...more] = cuts;
  if (at === undefined) return [area];
  const byRows = at % 2 === 0;
  const length = byRows ? area.rows : area.count;
  if (length < 2) return [area];
  const part = 1 + (Math.floor(at / 2) % (length - 1));
  const [one, other] = byRows
    ? [
        { ...area, rows: part },
        { ...area, firstRow: area.firstRow + part, rows: length - part },
      ]
    : [
        { ...area, count: part },
        { ...area, first: area.first + part, count: length - part },
      ];
  const half = Math.ceil(more.length / 2);
  return [...cut(one, more.slice(0, half)), ...cut(other, more.slice(half))];
}

const areas = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 11 }), fc.array(fc.nat(200), { maxLength: 7 }))
  .map(([rows, cols, cuts]) => ({ rows, cols, tiles: cut({ firstRow: 0, rows, first: 0, count: cols }, cuts) }));

const tiling = areas.chain(({ rows, cols, tiles }) =>
  fc
    .tuple(
      fc.array(fc.nat(2), { minLength: tiles.length, maxLength: tiles.length }),
      fc.shuffledSubarray(tiles, { minLength: tiles.length }),
    )
    .map(([owners, order]) => ({
      rows,
      cols,
      parts: order.map(({ firstRow, rows, first, count }, i): Part => {
        return { owner: PARTIES[owners[i]], rows, tile: { firstRow, columns: { first, count } } };
      }),
    })),
);

/** Below 2^20, and different in every row and column. */
const entry = (row: number, column: number) => 1000 * row + column + 1;

/** Each owner counts the rows of the set in which it has anything. */
function inputsOfParts(parts: readonly Part[]): InputsOf {
  return (owner) => {
    const own = parts.filter((part) => part.owner === owner);
    const touched = (row: number) =>
      own.some(({ rows, tile }) => tile !== undefined && tile.firstRow <= row && row < tile.firstRow + rows);
    const rowsOfSet = Array.from({ length: 20 }, (_, row) => row).filter(touched);
    return (_, __, { first, count, columns = { first: 0, count: 0 } }) =>
      Float64Array.from({ length: count * columns.count }, (_, i) =>
        entry(rowsOfSet[first + Math.floor(i / columns.count)], columns.first + (i % columns.count)),
      );
  };
}

function loaded(trust: TrustMode, { rows, cols, parts }: { rows: number; cols: number; parts: readonly Part[] }): Plan {
  const program = new Program(trust);
  const { builder } = program;
  const records = builder.addRecords(parts, cols, 0, 2 ** 20, 'records');
  const sessions = loadingPhases(builder, [{ records, name: 'set' }]);
  builder.phase('take', (phase) => phase.reveal(phase.gather(records, 'next', rows), 'all', PARTIES));
  return program.plan(sessions.map(({ repeat }) => repeat));
}

const counted = (links: ReadonlyMap<string, ReadonlyMap<string, Link>>, node: string) =>
  [...(links.get(node)?.values() ?? [])].reduce((sum, { sent }) => sum + sent.input, 0);

describe.each(TRUST)('in %s', (trust) => {
  it('any tiling loads to the same values, with the bytes that are planned', () =>
    fc.assert(
      fc.asyncProperty(tiling, async (set) => {
        const plan = loaded(trust, set);
        const { outcomes, links } = await simulate(plan, inputsOfParts(set.parts));
        const expected = Array.from({ length: set.rows * set.cols }, (_, i) =>
          entry(Math.floor(i / set.cols), i % set.cols),
        );
        for (const party of PARTIES) expect([...(outcomes.get(party)?.revealed.get('all') ?? [])]).toEqual(expected);
        const { bytes } = planCost(plan);
        for (const node of plan.roles.nodes) expect(counted(links, node)).toBe(bytes[node].input);
        const inTheClear = runFloat64(plan, inputsOfParts(set.parts), order());
        expect([...(inTheClear.get('all') ?? [])]).toEqual(expected);
      }),
      { numRuns: 25 },
    ));

  // 121 masks are all different with probability 1 − 2^-50.
  it('masks no two values of a tiling alike', async () => {
    const [rows, cols] = [11, 11];
    const parts = cut({ firstRow: 0, rows, first: 0, count: cols }, [9, 4, 7, 12, 3, 5]).map(
      ({ firstRow, rows, first, count }, i): Part => {
        return { owner: PARTIES[i % 3], rows, tile: { firstRow, columns: { first, count } } };
      },
    );
    const plan = loaded(trust, { rows, cols, parts });
    const { messages } = await record(plan, inputsOfParts(parts));
    const masks = new Set<bigint>();
    let values = 0;
    for (const { kind, from, to, position, payload } of messages) {
      if (kind !== 'input' || payload.length === 0) continue;
      if (to !== plan.roles.evaluators.find((name) => name !== from)) continue;
      const { phase } = plan.sessions[position.phase];
      const words = new BigUint64Array(new Uint8Array(payload).buffer);
      let at = 0;
      for (const op of entriesOfPhase(plan.phases[phase], plan.values).filter(({ owner }) => owner === from)) {
        const first = firstRowOf(plan, op, position.step);
        for (let i = 0; i < op.rows * op.columns.count; i++, at++, values++) {
          const value = entry(first + Math.floor(i / op.columns.count), op.columns.first + (i % op.columns.count));
          masks.add(BigInt.asUintN(64, words[at] - BigInt(value)));
        }
      }
    }
    expect(values).toBe(rows * cols);
    expect(masks.size).toBe(values);
  });
});

/** Columns of a task of seven features at three owners, not all of which follow each other. */
const APART: ColumnOwners['features'] = [
  { owner: 'south', first: 0, count: 2 },
  { owner: 'north', first: 2, count: 3 },
  { owner: 'south', first: 5, count: 1 },
  { owner: 'east', first: 6, count: 1 },
];

/** The same rows as columns of three owners, and as rows of one of them. */
function both(trust: TrustMode, label: string, changes: Partial<TrainingTask>) {
  const rows = { trainRows: { [label]: 42 }, testRows: { [label]: 17 } };
  const task = taskOf({ trust, features: 7, ...rows, ...changes });
  return { horizontal: task, vertical: { ...task, columns: { features: APART, label } } };
}

/** What owners of columns enter of the records that one owner has as rows. */
function apart(task: TrainingTask, label: string): InputsOf {
  const whole = inputsOf(task)(label);
  const { inputs } = task.architecture;
  return (owner) => (name, revealed, rows) => {
    const all = whole(name, revealed, { first: rows.first, count: rows.count });
    const own = (task.columns?.features ?? []).filter((range) => range.owner === owner);
    const ranges = name.endsWith('.labels') ? undefined : rows.columns === undefined ? own : [rows.columns];
    if (ranges === undefined) return all;
    const columns = ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
    return Float64Array.from(
      { length: (all.length / inputs) * columns.length },
      (_, i) => all[Math.floor(i / columns.length) * inputs + columns[i % columns.length]],
    );
  };
}

describe.each(TRUST)('a training in %s', (trust) => {
  it.each(PARTIES)('on columns at three owners, the label at %s, is that on rows', async (label) => {
    const { horizontal, vertical } = both(trust, label, { moments: true, reveal: EVERYTHING });
    const plans = [horizontal, vertical].map(trainingPlan);
    const [byRows, byColumns] = plans.map(planCost);
    expect(byColumns.rounds).toBe(byRows.rounds);
    const together = (cost: typeof byRows, kind: 'input' | 'opening' | 'correction' | 'output') =>
      Object.values(cost.bytes).reduce((sum, each) => sum + each[kind], 0);
    for (const kind of ['opening', 'output', 'correction'] as const) {
      expect(together(byColumns, kind)).toBe(together(byRows, kind));
    }
    const { outcomes, links } = await simulate(plans[1], apart(vertical, label));
    for (const node of plans[1].roles.nodes) expect(counted(links, node)).toBe(byColumns.bytes[node].input);
    const revealed = outcomes.get('north')?.revealed;
    const clear = runFloat64(plans[1], apart(vertical, label), order());
    const whole = runFloat64(plans[0], inputsOf(horizontal), order());
    expect([...clear]).toEqual([...whole]);
    expect([...(revealed?.get('sums') ?? [])]).toEqual(
      [...(whole.get('sums') ?? [])].map((sum) => expect.closeTo(sum, 9)),
    );
    expect([...whole.keys()]).toEqual(expect.arrayContaining([...(revealed?.keys() ?? [])]));
    expect(revealed?.get('weights 1')).toHaveLength(7);
  });

  it('trains to the same weights as on rows, but for rounding', async () => {
    const { horizontal, vertical } = both(trust, 'east', { batch: 42, reveal: NOTHING_BUT_THE_MODEL });
    // All rows in each step: the order of a run is random.
    const runs = [
      await simulate(trainingPlan(horizontal), inputsOf(horizontal)),
      await simulate(trainingPlan(vertical), apart(vertical, 'east')),
    ];
    const [rows, columns] = runs.map(({ outcomes }) => [...(outcomes.get('south')?.revealed.get('weights 1') ?? [])]);
    expect(columns).toHaveLength(7);
    // Three steps, each of which truncates with an error below one unit in two places.
    columns.forEach((weight, j) => {
      expect(Math.abs(weight - rows[j])).toBeLessThan(12 * 2 ** -16);
    });
  });
});
