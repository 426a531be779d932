/** Smooth functions against float64: within the fit, the table's and the dealt shares' rounding, and bounded everywhere. */
import { describe, expect, it } from 'vitest';
import { scalar } from '../../src/graph/graph.ts';
import { exactFunction, type SmoothFunction, seriesBound, seriesOf, TABLE_BITS } from '../../src/protocol/fourier.ts';
import type { FourierSeries } from '../../src/protocol/fourier-fit.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { column, PARTIES, Program, TRUST } from './harness.ts';

const FUNCTIONS: readonly SmoothFunction[] = [
  'sigmoid',
  'softplus',
  'exp',
  'reciprocal to 5',
  'log to 8',
  'inverse root',
];
const POINTS = 8000;
const RESULT_BITS = 30;

const harmonic = ({ oddHarmonics }: FourierSeries, j: number) => 2 * (j + 1) - (oddHarmonics ? 1 : 0);

function seriesAt(series: FourierSeries, x: number): number {
  const { constant, amplitudes, phases, antiperiod } = series;
  return amplitudes.reduce((sum, a, j) => {
    return sum + a * Math.cos((harmonic(series, j) * Math.PI * x) / antiperiod - phases[j]);
  }, constant);
}

/** Where a fit holds, finely, at multiples of 2^−16. */
function grid({ low, high }: FourierSeries): number[] {
  return Array.from(
    { length: POINTS + 1 },
    (_, i) => Math.round((low + ((high - low) * i) / POINTS) * 2 ** 16) / 2 ** 16,
  );
}

const worst = (xs: readonly number[], off: (x: number, i: number) => number) =>
  xs.reduce((most, x, i) => Math.max(most, Math.abs(off(x, i))), 0);

/** Four roundings of table entries, two of angles, the dealt shares', and frequencies bent by 2^−18 at the most. */
function roundingBound(series: FourierSeries, scale: number): number {
  const { amplitudes, antiperiod, low, high } = series;
  const size = amplitudes.reduce((sum, a) => sum + Math.abs(a), 0) * scale;
  const farthest = (Math.PI * Math.max(-low, high)) / antiperiod;
  const slope = amplitudes.reduce((sum, a, j) => sum + Math.abs(a) * harmonic(series, j), 0) * farthest * scale;
  const dealt = amplitudes.length * 2 ** (1 - (RESULT_BITS - TABLE_BITS));
  return size * (Math.SQRT2 * 2 ** -14 + 2 * Math.PI * 2 ** -16) + slope * 2 ** -18 + dealt;
}

async function evaluate(
  trust: (typeof TRUST)[number],
  name: SmoothFunction,
  xs: readonly number[],
  fractionalBits: number,
  scale = 1,
) {
  const program = new Program(trust);
  program.builder.phase('test', (phase) => {
    const x = program.real(phase, 'east', xs, column(xs.length), fractionalBits, 2 ** 20);
    phase.reveal(phase.fourier(name, x, scalar(scale), RESULT_BITS), 'f', PARTIES);
  });
  const { outcomes } = await simulate(program.plan(), program.inputsOf);
  return outcomes.get('south')?.revealed.get('f') ?? new Float64Array(0);
}

describe.each(FUNCTIONS)('%s', (name) => {
  const series = seriesOf(name);
  const xs = grid(series);

  it('has a fit that holds between the points that it was made on', () => {
    // 300 points denser at the ends, over tens of ripples: the grid misses their tops by little.
    expect(worst(xs, (x) => seriesAt(series, x) - exactFunction(name)(x))).toBeLessThan(1.1 * series.error);
  });

  describe.each(TRUST)('in %s', (trust) => {
    it.each([16, 32, 40])('is its series up to rounding, from %i fractional bits', async (fractionalBits) => {
      const found = await evaluate(trust, name, xs, fractionalBits);
      expect(worst(xs, (x, i) => found[i] - seriesAt(series, x))).toBeLessThan(roundingBound(series, 1));
    });

    it('carries a public factor in its amplitudes', async () => {
      const some = xs.filter((_, i) => i % 1000 === 0);
      const found = await evaluate(trust, name, some, 32, -3 / 128);
      const off = worst(some, (x, i) => found[i] + (3 / 128) * seriesAt(series, x));
      expect(off).toBeLessThan(roundingBound(series, 3 / 128));
    });

    it('is bounded far outside its interval', async () => {
      const found = await evaluate(trust, name, [-1e6, -1000, -28.5, 29, 64, 1e5], 32);
      for (const f of found) expect(Math.abs(f)).toBeLessThan(seriesBound(series) + roundingBound(series, 1));
    });
  });
});

it.each(TRUST.flatMap((trust) => [32, 40].map((bits) => ({ trust, bits }))))(
  'the sigmoid is within 5e-4 over ±28, from $bits fractional bits, in $trust',
  async ({ trust, bits }) => {
    const { low, high } = seriesOf('sigmoid');
    expect([low, high]).toEqual([-28, 28]);
    const xs = grid(seriesOf('sigmoid'));
    const found = await evaluate(trust, 'sigmoid', xs, bits);
    expect(worst(xs, (x, i) => found[i] - 1 / (1 + Math.exp(-x)))).toBeLessThan(5e-4);
  },
);
