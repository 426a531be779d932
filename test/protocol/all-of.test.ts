/** The and of any number of shared bits, some inverted, in every size around a lane, equals that of plain bits. */
import { expect, it } from 'vitest';
import { allOfLevels } from '../../src/protocol/all-of.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, Program, TRUST } from './harness.ts';

const FACTORS = Array.from({ length: 17 }, (_, i) => i + 1);
/** Rows and groups of the result. */
const SHAPES = [
  [0, 1],
  [1, 1],
  [63, 1],
  [16, 4],
  [13, 5],
  [127, 1],
  [64, 2],
  [43, 3],
] as const;

/** Mostly ones, so that long ands are not all 0; a few rows whole. */
const bit = (row: number, column: number) => row % 5 === 0 || (row * 31 + column * 17 + row * column) % 11 !== 0;

it.each(TRUST.flatMap((trust) => FACTORS.map((factors) => ({ trust, factors }))))(
  'of $factors bits, in $trust',
  async ({ trust, factors }) => {
    const columns = factors + 2;
    const groupsOf = (count: number) =>
      Array.from({ length: count }, (_, g) =>
        Array.from({ length: factors }, (_, f) => ({ column: (g + f) % columns, inverted: (g * 7 + f) % 3 === 1 })),
      );
    // A bit is inverted in the input where its group inverts it, in half of the groups.
    const isSet = (row: number, column: number) => bit(row, column) !== (row % 2 === 0 && column % 3 === 1);
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      for (const [rows, groups] of SHAPES) {
        const values = Array.from({ length: rows * columns }, (_, i) =>
          isSet(Math.floor(i / columns), i % columns) ? -1n : 0n,
        );
        const x = phase.bounded(program.integers(phase, 'east', values, { rows, cols: columns }), 2 ** 61);
        phase.reveal(phase.allOf(phase.lessThan(x, 0), groupsOf(groups)), `${rows}×${groups}`, PARTIES);
      }
    });
    const plan = program.plan();
    // Two rounds of the comparison, one of the output.
    expect(plan.phases[0].openingRounds).toBe(2 + Math.max(1, Math.ceil(Math.log(factors) / Math.log(4))) + 1);
    const { outcomes } = await simulate(plan, program.inputsOf);
    let ones = 0;
    for (const [rows, groups] of SHAPES) {
      const expected = Array.from({ length: rows }, (_, row) =>
        groupsOf(groups).map((group) => (group.every((at) => isSet(row, at.column) !== at.inverted) ? 1 : 0)),
      ).flat();
      ones += expected.reduce<number>((sum, one) => sum + one, 0);
      for (const node of PARTIES) {
        const found = outcomes.get(node)?.revealed.get(`${rows}×${groups}`);
        expect([...(found ?? [Number.NaN])], `${rows}×${groups}`).toEqual(expected);
      }
    }
    expect(ones).toBeGreaterThan(0);
  },
);

it('is a tree of four-input ands', () => {
  expect(FACTORS.map(allOfLevels)).toEqual([
    ...Array.from({ length: 4 }, () => [1]),
    ...Array.from({ length: 4 }, () => [2, 1]),
    ...Array.from({ length: 4 }, () => [3, 1]),
    ...Array.from({ length: 4 }, () => [4, 1]),
    [5, 2, 1],
  ]);
});
