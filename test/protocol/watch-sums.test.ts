/** Sums under random signs: exactly those that the public signs say, silent on small entries, and not to be fooled by a large one. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, Program, type Shape, SIZES, TRUST } from './harness.ts';

const BITS = 16;
const LIMIT = 64;

describe.each(TRUST)('in %s', (trust) => {
  it.each([...SIZES, 1000])('sums %i entries with their public signs', async (n) => {
    const x = Array.from({ length: n }, (_, i) => (BigInt((i * 37) % 101) - 50n) << 48n);
    const [chunks, tests] = [[1, 7, 64, 100], 3];
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      for (const chunk of chunks) {
        const of = program.integers(phase, 'south', x);
        const shape = { rows: tests, cols: Math.ceil(n / chunk) };
        const out = program.builder.value('masked', shape, 0, 100 * 2 ** 54);
        phase.ops.push({ op: 'randomSums', of, out, chunk });
        program.reveal(phase, out, `sums of ${chunk}`);
      }
    });
    const streams = publicStreams(randomBytes(32));
    const simulation = await simulate(program.plan(), program.inputsOf, { publicStreams: streams });
    // All chunks have the same signs. An operation's words begin at a 16-byte boundary, in the order of the plan.
    const widths = chunks.map((chunk) => Math.min(chunk, n));
    const words = widths.map((width) => 2 * Math.ceil(Math.ceil((tests * width) / 64) / 2));
    const starts = words.map((_, which) => words.slice(0, which).reduce((sum, count) => sum + count, 0));
    const signs = streams.stream('checks 0').read(0, 8 * words.reduce((sum, count) => sum + count, 0));
    chunks.forEach((chunk, which) => {
      const isMinus = (bit: number) => ((signs[8 * starts[which] + (bit >> 3)] >> (bit & 7)) & 1) === 1;
      const expected = Array.from({ length: tests }, (_, test) =>
        Array.from({ length: Math.ceil(n / chunk) }, (_, c) =>
          x
            .slice(c * chunk, (c + 1) * chunk)
            .reduce((sum, value, i) => (isMinus(test * widths[which] + i) ? sum - value : sum + value), 0n),
        ),
      ).flat();
      for (const node of PARTIES) expect(program.integersOf(simulation, `sums of ${chunk}`, node)).toEqual(expected);
    });
  });

  /** Whether the alarm trips, the same at every party; `shape` takes the values row by row. */
  async function trips(values: readonly number[], shape: Shape, chunk: number, tests: number): Promise<boolean> {
    const program = new Program(trust);
    program.builder.phase('watch', (phase) =>
      phase.watchSums(program.real(phase, 'east', values, shape, BITS, 2 ** 30), LIMIT, chunk, tests, 'rows'),
    );
    program.builder.phase('alarm', (phase) => phase.reveal(phase.alarm(), 'tripped', PARTIES));
    const { outcomes } = await simulate(program.plan(), program.inputsOf);
    const [first, ...others] = PARTIES.map((node) => [...(outcomes.get(node)?.revealed.get('tripped') ?? [])]);
    for (const other of others) expect(other).toEqual(first);
    expect(first.length).toBe(1);
    return first[0] !== 0;
  }

  it('never trips where the entries of a chunk together stay below the limit', async () => {
    for (const n of SIZES) {
      const values = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 0.999 : -0.999));
      expect(await trips(values, { rows: n, cols: 1 }, LIMIT, 5), `${n} entries`).toBe(false);
    }
  });

  // Hoeffding: |Σ ±x_i| ≥ 64 for 256 entries below 0.5 has probability below 2·exp(−64² / (2·256·0.25)) = 3e-14, 160 sums together 4e-12.
  it('stays silent while entries are far below the limit, many of them', async () => {
    const values = Array.from({ length: 40 * 50 }, (_, i) => Math.sin(i) / 2);
    expect(await trips(values, { rows: 40, cols: 50 }, 256, 20)).toBe(false);
  });

  // The sum with an entry beyond the limit is beyond it for one of its two signs at least: 40 tests all miss with probability 2^-40 at
  // the most, the 42 runs here together with 4e-11.
  it.each([1, 2, 63, 128, 129, 300, 513])('finds one entry of %i beyond, first, last or between', async (n) => {
    for (const at of new Set([0, n >> 1, n - 1])) {
      const values = Array.from({ length: n }, (_, i) => (i % 3) - 1);
      values[at] = at % 2 === 0 ? LIMIT + 2 ** -BITS : -1e6;
      expect(await trips(values, { rows: 1, cols: n }, 128, 40), `entry ${at}`).toBe(true);
    }
  });

  // Two entries that cancel for half of the signs: the worst case. Of 100 runs with one test each, fewer than 22 or more than 78 trip
  // with probability below 2·exp(−2·28²/100) = 4e-7.
  it('catches with each test at least half of what others try to hide', async () => {
    let caught = 0;
    for (let i = 0; i < 100; i++) if (await trips([1.5 * LIMIT, 1.5 * LIMIT], { rows: 2, cols: 1 }, 2, 1)) caught++;
    expect(caught).toBeGreaterThanOrEqual(22);
    expect(caught).toBeLessThanOrEqual(78);
  });

  it('states the limit as a bound from there on', () => {
    const program = new Program(trust);
    program.builder.phase('watch', (phase) => {
      const [x, y] = [2 ** 30, 3].map((bound) => program.real(phase, 'east', [0], { rows: 1, cols: 1 }, BITS, bound));
      for (const value of [x, y]) phase.watchSums(value, LIMIT, 128, 4, 'x');
      expect([x, y].map((value) => phase.valueOf(value).bound)).toEqual([LIMIT, 3]);
    });
  });
});
