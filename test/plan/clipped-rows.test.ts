/**
 * Gradients clipped row by row on shares: their sum is that of an oracle which forms every row's gradient in float64, no row adds more than the
 * sensitivity says, in exact integers, and nothing of a row is watched.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShortForm } from '../../src/graph/layers/short-form.ts';
import type { Architecture } from '../../src/graph/mlp.ts';
import { layerShapes, perceptron } from '../../src/graph/mlp.ts';
import { clippedSensitivity } from '../../src/plan/training/clipped-sensitivity.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { seriesOf } from '../../src/protocol/fourier.ts';
import { runFloat64 } from '../../src/runtime/clear/plaintext.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import type { Revealed } from '../../src/runtime/node.ts';
import { TRUST } from '../protocol/harness.ts';
import { oneByOne, rowOf, squared } from './clipped-oracle.ts';
import { type Batch, batchOf, type Clipping, clippedStep, parameterNames, WEIGHT_LIMIT } from './clipped-step.ts';

const ROWS = 12;
const EXPECTED = 8;

const architectureOf = (changes: Partial<ShortForm & Pick<Architecture, 'output'>>): Architecture =>
  perceptron({
    ...{ inputs: 5, hidden: [], activation: 'relu', output: 'softmax' },
    outputs: changes.output === undefined ? 3 : 1,
    ...changes,
  });
const ARCHITECTURES: readonly Architecture[] = [
  architectureOf({ output: 'sigmoid' }),
  architectureOf({}),
  architectureOf({ output: 'linear' }),
  architectureOf({ hidden: [6] }),
  architectureOf({ hidden: [6], activation: 'sigmoid' }),
  architectureOf({ hidden: [6, 4] }),
  architectureOf({ hidden: [6, 4], activation: 'sigmoid', output: 'sigmoid' }),
];
/** For each row, of which some count five times and some not at all. */
const WEIGHTS = Array.from({ length: ROWS }, (_, row) => [0, 0.25, 1, 5, 3][row % 5]);
const LIMITS = [0.05, 1, 3];

async function revealedBy(clipping: Clipping, batch: Batch, reveals: 'sums' | 'rows' = 'sums'): Promise<Revealed> {
  const { program } = clippedStep(clipping, batch, reveals);
  const { outcomes } = await simulate(program.plan(), program.inputsOf);
  return outcomes.get('south')?.revealed ?? new Map();
}

function distance(architecture: Architecture, found: Revealed, sums: readonly Float64Array[]): number {
  const parts = parameterNames(architecture).map((name, i) => {
    expect(found.get(name)?.length, name).toBe(sums[i].length);
    return squared(sums[i].map((x, at) => x - (found.get(name)?.[at] ?? Number.NaN)));
  });
  return Math.sqrt(parts.reduce((a, b) => a + b));
}

describe.each(TRUST)('in %s', (trust) => {
  describe.each(ARCHITECTURES)('$hidden $activation, then $output', (architecture) => {
    it.each(LIMITS)('the sum of gradients clipped to %d is that of the oracle', async (limit) => {
      const clipping: Clipping = { trust, architecture, limit, expectedBatch: EXPECTED };
      const batch = batchOf(architecture, ROWS, 3);
      const { sums, norms, tolerance } = oneByOne(clipping, batch);
      expect(norms.length).toBe(batch.padding.filter((isPadding) => isPadding === 0).length);
      if (limit < 1) expect(norms.filter((norm) => norm > 2 * limit).length).toBeGreaterThan(4);
      if (limit > 1) expect(norms.filter((norm) => norm < limit).length).toBeGreaterThan(4);
      const found = await revealedBy(clipping, batch);
      const clipped = norms.reduce((sum, norm) => sum + Math.min(norm, limit), 0) / EXPECTED;
      expect(tolerance, 'says something').toBeLessThan(clipped / 5);
      expect(distance(architecture, found, sums)).toBeLessThan(tolerance);
    });

    it('the same where no row can be padding', async () => {
      const clipping: Clipping = { trust, architecture, limit: 1, expectedBatch: EXPECTED, hasPadding: false };
      const batch: Batch = { ...batchOf(architecture, ROWS, 4), padding: new Array<number>(ROWS).fill(0) };
      const { sums, tolerance } = oneByOne(clipping, batch);
      expect(distance(architecture, await revealedBy(clipping, batch), sums)).toBeLessThan(tolerance);
    });

    it('the same where rows have weights in the loss, of up to 5', async () => {
      const clipping: Clipping = { trust, architecture, limit: 1, expectedBatch: EXPECTED, largestWeight: 5 };
      const batch: Batch = { ...batchOf(architecture, ROWS, 6), rowWeights: WEIGHTS };
      const { sums, norms, tolerance } = oneByOne(clipping, batch);
      expect(Math.max(...norms)).toBeGreaterThan(1);
      // What a series is off, is five times as far off at the most.
      expect(distance(architecture, await revealedBy(clipping, batch), sums)).toBeLessThan(5 * tolerance);
    });

    it('the float64 twin is the oracle, but for (‖a‖² + 1)/C² being rounded up', () => {
      const clipping: Clipping = { trust, architecture, limit: 1, expectedBatch: EXPECTED };
      const batch = batchOf(architecture, ROWS, 5);
      const { program } = clippedStep(clipping, batch);
      const { sums, norms } = oneByOne(clipping, batch);
      const found = runFloat64(program.plan(), program.inputsOf, publicStreams(new Uint8Array(32)));
      // One unit of 2^-10 of a squared norm makes a norm at most half as much too large.
      expect(distance(architecture, found, sums)).toBeLessThan((norms.length / EXPECTED) * 2 ** -11);
    });
  });
});

/** The squared norm of what each row adds to all sums, in units of 2^−(bits of a and of e), summed up in exact integers. */
function contributions(clipping: Clipping, batch: Batch, found: Revealed): number[] {
  const rows = batch.padding.length;
  const { architecture } = clipping;
  const exact = (name: string, row: number, bits: number) =>
    rowOf(found.get(name) ?? [], row, rows).reduce((sum, x) => sum + BigInt(x * 2 ** bits) ** 2n, 0n);
  return Array.from({ length: rows }, (_, row) => {
    const bits = 52;
    const total = layerShapes(architecture).reduce((sum, _, l) => {
      const input = exact(`input ${l + 1}`, row, 16) + 2n ** 32n;
      return sum + input * exact(`contribution ${l + 1}`, row, bits);
    }, 0n);
    // Rounded down once: by less than one part in 2^52.
    return Math.sqrt(Number(total)) * 2 ** -(bits + 16);
  });
}

describe.each(TRUST)('no row adds more than the sensitivity, in %s', (trust) => {
  async function expectBounded(clipping: Clipping, batch: Batch): Promise<number[]> {
    const { scales } = clippedStep(clipping, batch, 'rows');
    const found = await revealedBy(clipping, batch, 'rows');
    const most = clippedSensitivity(scales) / clipping.expectedBatch;
    expect(most).toBeLessThan((1.01 * clipping.limit) / clipping.expectedBatch);
    const norms = contributions(clipping, batch, found);
    for (const [row, norm] of norms.entries()) {
      expect(norm, `row ${row}`).toBeLessThanOrEqual(most);
      if (batch.padding[row] === 1) expect(norm).toBe(0);
    }
    return norms;
  }

  it.each(ARCHITECTURES)('$hidden $activation, then $output, whatever the weights and the limit', (architecture) =>
    fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1000 }),
        fc.constantFrom(0.01, 1, 30),
        fc.constantFrom(0.013, 0.1, 0.7, 1, 4),
        fc.constantFrom(undefined, 0.5, 5),
        async (seed, spread, limit, largestWeight) => {
          // A gradient far longer than the norm that it is clipped to is refused: it has too few digits.
          fc.pre(largestWeight === undefined || limit > 0.05 * largestWeight);
          const weights = largestWeight === undefined ? {} : { largestWeight };
          const clipping: Clipping = { trust, architecture, limit, expectedBatch: EXPECTED, ...weights };
          const rowWeights = Array.from({ length: ROWS }, (_, row) => ((row % 3) / 2) * (largestWeight ?? 0));
          await expectBounded(clipping, { ...batchOf(architecture, ROWS, seed, spread), rowWeights });
        },
      ),
      { numRuns: 8 },
    ),
  );

  it('at the limit, at every power of four of it, and a unit beside', async () => {
    const architecture = architectureOf({ output: 'linear' });
    const errors = Array.from({ length: 9 }, (_, k) => 2 ** -k).flatMap((x) => [x, -x, x + 2 ** -8, x - 2 ** -8]);
    const labels = errors.filter((x) => Math.abs(x) <= 1 && x !== 0);
    const batch: Batch = {
      features: new Array<number>(5 * labels.length).fill(0),
      labels,
      padding: labels.map(() => 0),
      parameters: [new Array<number>(5).fill(0), [0]],
    };
    const limit = 2 ** -5;
    const norms = await expectBounded({ trust, architecture, limit, expectedBatch: EXPECTED }, batch);
    // All that is longer is cut down to the limit, but for the rounding up of 2^-8 at the most and the error of a root.
    for (const [row, label] of labels.entries()) {
      const exact = Math.min(limit, Math.abs(label)) / EXPECTED;
      expect(Math.abs(norms[row] - exact), `${label}`).toBeLessThan(exact * 0.006);
    }
  });

  it('a row whose hidden layer is too large adds nothing, and the others what they add without it', async () => {
    const architecture = architectureOf({ hidden: [6] });
    const clipping: Clipping = { trust, architecture, limit: 1, expectedBatch: EXPECTED };
    const batch = batchOf(architecture, 4, 2);
    const large = 2;
    const features = batch.features.map((x, i) => (Math.floor(i / 5) === large ? 2 : x / 64));
    const weights = batch.parameters[0].map(() => WEIGHT_LIMIT - 0.25);
    const padding = [0, 0, 0, 1];
    const adversarial: Batch = { ...batch, features, padding, parameters: [weights, ...batch.parameters.slice(1)] };
    const norms = await expectBounded(clipping, adversarial);
    // ‖h‖² = 6·(5·2·7.75)² is far beyond 2^12.
    expect(norms.map((norm) => norm > 0)).toEqual([true, true, false, false]);
    const sums = await revealedBy(clipping, adversarial);
    const without: Batch = { ...adversarial, padding: [0, 0, 1, 1] };
    const { sums: exact, tolerance } = oneByOne(clipping, without);
    expect(distance(architecture, sums, exact)).toBeLessThan(tolerance);
  });
});

it('the fit of an inverse root is nowhere off by more than is allowed for between its points', () => {
  const { constant, amplitudes, phases, antiperiod, error, low, high } = seriesOf('inverse root');
  for (let x = low; x <= high; x += 2 ** -12) {
    const waves = amplitudes.map((a, j) => a * Math.cos((2 * (j + 1) * Math.PI * x) / antiperiod - phases[j]));
    const off = Math.abs(constant + waves.reduce((sum, wave) => sum + wave, 0) - 1 / Math.sqrt(x));
    expect(off).toBeLessThan(1.05 * error);
  }
});

it('watches nothing of a row, whatever the activation and the output', () => {
  for (const architecture of ARCHITECTURES) {
    const clipping: Clipping = { trust: 'dealer', architecture, limit: 1, expectedBatch: EXPECTED };
    const { program } = clippedStep(clipping, batchOf(architecture, ROWS, 1));
    const { ops } = program.builder.phases[0];
    expect(ops.filter(({ op }) => op.op === 'watch' || op.op === 'randomSums')).toEqual([]);
  }
});
