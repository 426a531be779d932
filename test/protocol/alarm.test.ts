/** The range alarm trips exactly when something watched was wrong: never falsely, always where one element in one step was. */
import { describe, expect, it } from 'vitest';
import type { Streams } from '../../src/prg/stream.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { column, PARTIES, Program, SIZES, TRUST } from './harness.ts';

const INSIDE = [0, 27.9, -27.9, -28, 28 - 2 ** -16];
const OUTSIDE = [28, -28 - 2 ** -16, 1000, -1000, 2 ** 44];

describe.each(TRUST)('in %s', (trust) => {
  /** Watches steps of one row each: `steps` of them, from row 1 on. Gives how many bits of the alarm are set, for each party. */
  async function tripped(
    values: readonly number[],
    steps?: number,
    publicStreams?: Streams,
  ): Promise<readonly number[]> {
    const program = new Program(trust);
    const rows = program.builder.addState(column(values.length), 16, 2 ** 44, 'rows');
    program.builder.phase('enter', (phase) =>
      phase.update(rows, program.real(phase, 'east', values, column(values.length), 16, 2 ** 44)),
    );
    program.builder.phase('watch', (phase) =>
      phase.watch(steps === undefined ? rows : phase.gather(rows, 'pairSecond', 1), 28, 'rows'),
    );
    program.builder.phase('alarm', (phase) => phase.reveal(phase.alarm(), 'tripped', PARTIES));
    const observe = publicStreams === undefined ? {} : { publicStreams };
    const { outcomes } = await simulate(program.plan([1, steps ?? 1]), program.inputsOf, observe);
    return PARTIES.map((node) =>
      [...(outcomes.get(node)?.revealed.get('tripped') ?? [Number.NaN])].reduce((a, b) => a + b),
    );
  }

  it.each([...SIZES, 200])('stays silent while all of %i values are inside', async (size) => {
    expect(await tripped(Array.from({ length: size }, (_, i) => INSIDE[i % INSIDE.length]))).toEqual([0, 0, 0]);
  });

  it.each(SIZES.filter((size) => size > 0))('finds one value of %i outside, first, last or between', async (size) => {
    for (const lane of new Set([0, size >> 1, size - 1])) {
      const values = Array.from({ length: size }, (_, i) => INSIDE[i % INSIDE.length]);
      values[lane] = OUTSIDE[lane % OUTSIDE.length];
      expect(await tripped(values), `lane ${lane}`).toEqual([1, 1, 1]);
    }
  });

  it.each(OUTSIDE)('trips at %d', async (x) => {
    expect(await tripped([0, x, 0])).toEqual([1, 1, 1]);
  });

  it('remembers the first step, sees the last, and takes no notice of rows that no step takes', async () => {
    const steps = 5;
    const at = (row: number) => Array.from({ length: steps + 1 }, (_, i) => (i === row ? 30 : 1));
    expect(await tripped(at(1), steps)).toEqual([1, 1, 1]);
    expect(await tripped(at(steps), steps)).toEqual([1, 1, 1]);
    expect(await tripped(at(0), steps)).toEqual([0, 0, 0]);
  });

  it('two wrong values do not cancel', async () => {
    expect(await tripped([99, 99])).toEqual([1, 1, 1]);
    expect(await tripped([0, 99, 99], 2)).toEqual([1, 1, 1]);
  });

  it('reads every bit of the word that collects it', async () => {
    for (let bit = 0; bit < 64; bit++) {
      const words = (bytes: number) => new Uint8Array(new BigUint64Array(bytes / 8).fill(1n << BigInt(bit)).buffer);
      const weights: Streams = {
        stream: () => ({
          read: (_, length) => words(length),
          fill: (memory, address, _, length) => memory.u8(address, length).set(words(length)),
        }),
      };
      expect(await tripped([50, 0], undefined, weights), `bit ${bit}`).toEqual([1, 1, 1]);
    }
  });

  it('stops the run where the plan calls it alarm', async () => {
    const program = new Program(trust);
    program.builder.phase('watch', (phase) =>
      phase.watch(program.real(phase, 'north', [29], column(1), 16, 30), 28, 'a number'),
    );
    program.builder.phase('alarm', (phase) => phase.reveal(phase.alarm(), 'alarm', PARTIES));
    await expect(simulate(program.plan(), program.inputsOf)).rejects.toMatchObject({ code: 'TREFOIL_RANGE' });
  });
});
