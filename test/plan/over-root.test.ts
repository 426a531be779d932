/** a/√b on shares: relative error over the whole range of b, from the smallest to the bound, with and without a public factor. */
import { describe, expect, it } from 'vitest';
import { Graph, scalar } from '../../src/graph/graph.ts';
import { input, overRoot } from '../../src/graph/nodes/index.ts';
import type { RootQuotient } from '../../src/graph/nodes/over-root.ts';
import { Lowering } from '../../src/plan/lowering/lowering.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { column, PARTIES, Program, TRUST } from '../protocol/harness.ts';

const BITS = 40;
const UNIT = 2 ** -BITS;
const MOST = 7;
/** Asked for is 1e-3 of the inverse root. */
const PRECISION = 1e-3;

interface Range {
  readonly least: number;
  readonly bound: number;
}
const RANGES: readonly Range[] = [
  { least: 2 ** -24, bound: 65 },
  { least: 1e-6, bound: 1 },
  { least: 0.3, bound: 0.3 },
  { least: 1, bound: 4000 },
];

/** Evenly over the orders of magnitude, and at both sides of every power of four. */
function denominators({ least, bound }: Range): number[] {
  const steps = 600;
  const spread = Array.from({ length: steps + 1 }, (_, i) => least * (bound / least) ** (i / steps));
  const powers = Array.from({ length: 30 }, (_, i) => 4 ** (i - 14)).flatMap((x) => [x - UNIT, x, x + UNIT]);
  return [...spread, ...powers]
    .map((x) => Math.round(x / UNIT) * UNIT)
    .filter((x) => x >= least && x <= bound)
    .concat(Math.ceil(least / UNIT) * UNIT);
}

/** Quotients of ±1, ±most and 0. */
const numerators = (b: readonly number[]) => b.map((x, i) => [1, -1, MOST, -MOST, 0][i % 5] * Math.sqrt(x));

function program(trust: (typeof TRUST)[number], b: readonly number[], { least, bound }: Range, factor = 1) {
  const program = new Program(trust);
  const by: RootQuotient['by'] = scalar(factor);
  program.builder.phase('quotient', (phase) => {
    const graph = new Graph();
    const [over, under] = ['a', 'b'].map((name) => input(graph, name, b.length, 1));
    const quotient = overRoot(graph, over, under, { by, least, most: MOST });
    const [x, y] = [
      program.real(phase, 'east', numerators(b), column(b.length), 24, MOST * Math.sqrt(bound)),
      program.real(phase, 'south', b, column(b.length), BITS, bound),
    ];
    const lowering = new Lowering(graph, phase, 28, [
      [over, x],
      [under, y],
    ]);
    phase.reveal(lowering.masked(quotient).value, 'quotient', PARTIES);
  });
  return program;
}

describe.each(TRUST)('in %s', (trust) => {
  it.each(RANGES)('is right to 1e-3 from $least to $bound', async (range) => {
    const b = denominators(range);
    for (const factor of [1, 2 ** -11]) {
      const written = program(trust, b, range, factor);
      const { outcomes } = await simulate(written.plan(), written.inputsOf);
      const found = outcomes.get('south')?.revealed.get('quotient') ?? new Float64Array(0);
      expect(found.length).toBe(b.length);
      numerators(b).forEach((a, i) => {
        const exact = a / Math.sqrt(b[i]);
        // Rounded: a to 2^-24, over the root of b at least; a·2^-k, which is below 2.03 times the quotient, to 2^-16.
        const rounding = 2 ** -25 / Math.sqrt(b[i]) + 2 ** -16;
        const off = Math.abs(found[i] / factor - exact);
        expect(off, `${a}/√${b[i]}`).toBeLessThan(PRECISION * Math.abs(exact) + rounding);
      });
    }
  });
});

it('takes six rounds to be masked, whatever the range', () => {
  for (const range of RANGES.slice(0, 2)) {
    // A reveal opens once more.
    expect(program('dealer', [range.bound], range).builder.phases[0].openingRounds).toBe(7);
  }
});

it('compares with each power of four in reach once, on digits dealt once', () => {
  const [range] = RANGES;
  const { ops } = program('dealer', [1], range).builder.phases[0];
  // From 4^-11 to 4^2; each comparison chooses once for b and once for a.
  const count = (name: string) => ops.filter(({ op }) => op.op === name).length;
  expect([count('maskDigits'), count('lessThan'), count('bitTimes'), count('fourier')]).toEqual([1, 14, 28, 1]);
});
