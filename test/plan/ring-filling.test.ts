/**
 * The first layer of a private step may be anything that the ring can hold. A ReLU of it is right for every ring value, and what a row adds stays
 * within the sensitivity on both sides of every limit.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Architecture, perceptron } from '../../src/graph/mlp.ts';
import { ACTIVATION_BITS, Activations } from '../../src/plan/lowering/activations.ts';
import { requireFirstOutput } from '../../src/plan/lowering/clipped-scales.ts';
import type { TrustMode } from '../../src/plan/plan.ts';
import { clippedSensitivity } from '../../src/plan/training/clipped-sensitivity.ts';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { Program, run, TRUST } from '../protocol/harness.ts';
import { rowOf, squared } from './clipped-oracle.ts';
import { type Batch, batchOf, type Clipping, clippedStep, DATA_BITS, WEIGHT_BITS } from './clipped-step.ts';

/** Both sides of every place at which a sign, a carry or a window could change. */
const LIMITS = [2n ** 61n, 2n ** 62n, 3n * 2n ** 61n, 2n ** 63n].flatMap((x) => [x - 1n, x, x + 1n]);
const EDGES = [0n, 1n, 2n ** 13n - 1n, 2n ** 13n, 2n ** 40n, ...LIMITS]
  .flatMap((x) => [x, -x])
  .filter((x) => x < 2n ** 63n && x >= -(2n ** 63n));
const FRACTION = 25;
const CUT = BigInt(FRACTION - ACTIVATION_BITS);

describe.each(TRUST)('in %s', (trust) => {
  it('a ReLU is right for every ring value where the ring alone bounds it', async () => {
    const random = fc.sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { numRuns: 500, seed: 5 });
    const values = [...EDGES, ...random];
    const { relu } = await run(trust, (phase, program) => {
      const entered = program.integers(phase, 'north', values);
      const terms = [{ value: phase.bounded(entered, 0), factor: exactly(1) }];
      const z = phase.bounded(phase.linear(terms, exactly(0), FRACTION), 2 ** (63 - FRACTION));
      const activations = new Activations(phase);
      const part = activations.unless(activations.sign(z), { value: activations.narrowed(z), coefficient: exactly(1) });
      if (!('value' in part)) throw new Error('a selection is a value');
      return { relu: phase.open(part.value) };
    });
    for (const [i, z] of values.entries()) {
      const floor = z >> CUT;
      // Less than a unit of what goes on below 0 may pass; less than one below 2^63 may count as negative.
      const passed = z >= -(2n ** CUT) && (relu[i] === floor || relu[i] === floor + 1n);
      const isZero = relu[i] === 0n && (z < 0n || z >= 2n ** 63n - 2n ** CUT);
      expect(passed || isZero, `relu of ${z} is ${relu[i]}`).toBe(true);
    }
  });

  it('no row adds more than the sensitivity, whatever its first layer is', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom(...EDGES.map(Number)),
            fc.double({ min: -(2 ** 66), max: 2 ** 66, noNaN: true }),
            fc.constantFrom(-1.5, 1.5).map((x) => x * 2 ** 62),
          ),
          { minLength: COLUMNS, maxLength: COLUMNS },
        ),
        fc.constantFrom(0.1, 1, 4),
        (values, limit) => expectBounded(trust, values, limit),
      ),
      { numRuns: 12, examples: [[[1.5 * 2 ** 62, 0, 0, 0, 0, 0], 1]] },
    ));
});

it('refuses a first layer with fewer fractional bits than its bound was computed with', () => {
  const { scales } = clippedStep(
    { trust: 'dealer', architecture: ARCHITECTURE, limit: 1, expectedBatch: 1 },
    batchOf(ARCHITECTURE, 4, 1),
  );
  requireFirstOutput(scales, scales.firstOutputBits);
  expect(() => requireFirstOutput(scales, scales.firstOutputBits - 1)).toThrow(/are needed to bound what a row adds/);
});

const COLUMNS = 6;
const ARCHITECTURE: Architecture = perceptron({
  inputs: 5,
  hidden: [COLUMNS],
  activation: 'relu',
  output: 'softmax',
  outputs: 3,
});
const ROWS = 12;
const EXPECTED = 8;

/** A step of equal rows with these ring values in the first layer. */
async function expectBounded(trust: TrustMode, values: readonly number[], limit: number): Promise<void> {
  const clipping: Clipping = { trust, architecture: ARCHITECTURE, limit, expectedBatch: EXPECTED };
  const bits = DATA_BITS + WEIGHT_BITS + (new Program(trust).productUnit === 2n ? 1 : 0);
  // The only feature that is not 0 is 2. A weight is entered as a float64, and wraps like the product.
  const weight = (z: number) =>
    Number(BigInt.asIntN(63, BigInt(Math.round(z * 2 ** (WEIGHT_BITS - bits - 1))))) * 2 ** -WEIGHT_BITS;
  const batch: Batch = {
    features: Array.from({ length: ROWS * 5 }, (_, i) => (i % 5 === 0 ? 2 : 0)),
    labels: Array.from({ length: ROWS * 3 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    padding: new Array<number>(ROWS).fill(0),
    parameters: [
      Array.from({ length: 5 * COLUMNS }, (_, i) => (i < COLUMNS ? weight(values[i]) : 0)),
      new Array<number>(COLUMNS).fill(0),
      Array.from({ length: COLUMNS * 3 }, (_, i) => (i % 4) - 1.5),
      [0, 0, 0],
    ],
  };
  const { program, scales } = clippedStep(clipping, batch, 'rows');
  const { outcomes } = await simulate(program.plan(), program.inputsOf);
  const found = outcomes.get('south')?.revealed ?? new Map<string, Float64Array>();
  const row = (name: string, row: number) => rowOf(found.get(name) ?? [], row, ROWS);
  for (let i = 0; i < ROWS; i++) {
    const norms = [1, 2].map((l) => (squared(row(`input ${l}`, i)) + 1) * squared(row(`contribution ${l}`, i)));
    expect(Math.sqrt(norms[0] + norms[1]), `row ${i}`).toBeLessThanOrEqual(clippedSensitivity(scales) / EXPECTED);
    for (const h of row('input 2', i)) expect(h).toBeGreaterThanOrEqual(-(2 ** -ACTIVATION_BITS));
  }
}
