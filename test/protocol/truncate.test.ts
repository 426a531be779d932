/** Truncation is floor or one unit more, never anything else, and rounds without bias. */
import { describe, expect, it } from 'vitest';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import { EXTREMES, Program, run, SIZES, TRUST } from './harness.ts';
import { TruncationTile } from './truncation-tile.ts';

const ALL_BITS = Array.from({ length: 61 }, (_, i) => i + 1);
const near = (bits: number) => [0n, 1n, -1n, 2n ** BigInt(bits), 2n ** BigInt(bits) - 1n, -(2n ** BigInt(bits)) - 1n];

describe.each(TRUST)('in %s', (trust) => {
  it.each([ALL_BITS.slice(0, 20), ALL_BITS.slice(20, 40), ALL_BITS.slice(40)])('by %i … bits', async (...group) => {
    const bitCounts = group.flat();
    const values = [...EXTREMES, ...bitCounts.flatMap(near)].filter((x) => x < 2n ** 62n && x >= -(2n ** 62n));
    const revealed = await run(trust, (phase, program) => {
      const x = program.integers(phase, 'north', values);
      const half = program.integers(
        phase,
        'east',
        values.map((v) => v >> 1n),
      );
      const sum = phase.bounded(
        phase.linear(
          [half, half].map((value) => ({ value, factor: exactly(1) })),
          exactly(0),
          0,
        ),
        2 ** 62,
      );
      return Object.fromEntries(
        bitCounts.flatMap((bits) => [
          [`owner's ${bits}`, phase.truncate(x, -bits)],
          [`sum ${bits}`, phase.truncate(phase.open(sum), -bits)],
          [`shares ${bits}`, program.truncateToShares(phase, x, bits)],
        ]),
      );
    });
    for (const bits of bitCounts) {
      for (const [name, of] of [
        [`owner's ${bits}`, values],
        [`shares ${bits}`, values],
        [`sum ${bits}`, values.map((v) => 2n * (v >> 1n))],
      ] as const) {
        const units = revealed[name].map((t, i) => t - (of[i] >> BigInt(bits)));
        expect(
          units.every((unit, i) => unit === 0n || (unit === 1n && BigInt.asUintN(bits, of[i]) !== 0n)),
          name,
        ).toBe(true);
      }
    }
  });

  it('of what is hardly negative, up to the end of the ring', async () => {
    const bitCounts = [1, 12, 25, 61];
    const ends = [2n ** 61n, 2n ** 62n, 3n * 2n ** 61n].flatMap((x) => [x - 1n, x, x + 1n]);
    const values = [...EXTREMES, ...ends, ...bitCounts.flatMap(near)];
    const inRange = (bits: number) =>
      values.filter((x) => x >= -(2n ** BigInt(bits)) && x < 2n ** 63n - 2n ** BigInt(bits));
    const revealed = await run(trust, (phase, program) => {
      return Object.fromEntries(
        bitCounts.flatMap((bits) => {
          const x = program.integers(phase, 'north', inRange(bits));
          return [
            [`masked ${bits}`, phase.bounded(phase.truncate(x, -bits, bits), 2 ** (62 - bits))],
            [`shares ${bits}`, phase.bounded(program.truncateToShares(phase, x, bits, bits), 2 ** (62 - bits))],
          ];
        }),
      );
    });
    for (const bits of bitCounts) {
      for (const form of ['masked', 'shares']) {
        const units = revealed[`${form} ${bits}`].map((t, i) => t - (inRange(bits)[i] >> BigInt(bits)));
        expect(
          units.every((unit) => unit === 0n || unit === 1n),
          `${form} ${bits}`,
        ).toBe(true);
      }
    }
  });

  it('refuses to plan a signed one beyond 2^62', () => {
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      const x = program.integers(phase, 'north', [2n ** 62n + 2n ** 20n]);
      expect(() => phase.truncate(x, -12)).toThrow(/range contract/);
      expect(() => phase.truncate(x, -12, 11)).toThrow(/bits cut off/);
    });
  });

  it('of tensors of every size around a lane, several in one message', async () => {
    const inputs = SIZES.map((n) => Array.from({ length: n }, (_, i) => (BigInt(i) << 45n) - 12_345n));
    const revealed = await run(trust, (phase, program) =>
      Object.fromEntries(
        inputs.map((x) => [
          `${x.length}`,
          phase.truncate(program.integers(phase, 'south', x), (-x.length / 3 - 1) | 0),
        ]),
      ),
    );
    for (const x of inputs) {
      const bits = BigInt(Math.floor(x.length / 3 + 1));
      expect(revealed[x.length].every((t, i) => t === x[i] >> bits || t === (x[i] >> bits) + 1n)).toBe(true);
    }
  });

  it('is faithful over 10^6 random values', () => {
    const tile = new TruncationTile(2 ** 14, trust === 'dealer' ? 3 : 2);
    for (let done = 0, bits = 1; done < 500_000; done += tile.size, bits = (bits % 61) + 1) {
      expect(tile.wrong(bits, 'masked') + tile.wrong(bits, 'shares'), `by ${bits} bits`).toBe(0);
    }
  });

  // Of n values that lie a fraction p above their floor, the share rounded up has mean p and deviation ≤ √(1/4n). Sixteen bins, two
  // forms, two trust modes: at 6.5 deviations a false alarm of all 64 together has probability below 64·8e-11 = 6e-9.
  it.each(['masked', 'shares'] as const)('rounds up as often as the fraction says, to %s', (form) => {
    const tile = new TruncationTile(2 ** 14, trust === 'dealer' ? 3 : 2);
    const bins = Array.from({ length: 16 }, () => ({ count: 0, up: 0, fraction: 0 }));
    for (let t = 0; t < 8; t++) {
      const bits = 16;
      tile.wrong(bits, form);
      for (const { fraction, up } of tile.rounding(bits)) {
        const bin = bins[Math.floor(16 * fraction)];
        bin.count += 1;
        bin.up += up;
        bin.fraction += fraction;
      }
    }
    for (const { count, up, fraction } of bins) {
      expect(Math.abs(up - fraction)).toBeLessThan(6.5 * Math.sqrt(count / 4));
    }
  });
});
