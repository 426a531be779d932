/** Comparisons equal those of plain integers, for every threshold, at the boundaries, and in memory of the declared size. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ValueId } from '../../src/plan/plan.ts';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import { LessThan, lessThanTemporary } from '../../src/protocol/less-than.ts';
import type { Machine } from '../../src/protocol/tensors.ts';
import { bitShares, publicTensor } from '../../src/protocol/tensors.ts';
import { planeWords } from '../../src/ring/bit-kernels.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { EXTREMES, PARTIES, Program, run, SIZES, TRUST } from './harness.ts';

const POWERS = Array.from({ length: 62 }, (_, k) => 2 ** k);
const THRESHOLDS = [0, 1, -1, 5, -5, 2 ** 31, 2 ** 61, -(2 ** 61), 2 ** 62, -(2 ** 62)];

describe.each(TRUST)('in %s', (trust) => {
  /** Every bit revealed, by name, with a plan that reveals bits as they are. */
  async function bits(
    write: (phase: Parameters<Parameters<typeof run>[1]>[0], program: Program) => Record<string, ValueId>,
  ) {
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      for (const [name, value] of Object.entries(write(phase, program))) phase.reveal(value, name, PARTIES);
    });
    const { outcomes } = await simulate(program.plan(), program.inputsOf);
    const [first, ...others] = PARTIES.map((node) => outcomes.get(node)?.revealed ?? new Map<string, Float64Array>());
    for (const other of others) expect(other).toEqual(first);
    return (name: string) => Array.from(first.get(name) ?? []).map(Boolean);
  }

  it('the extremes, against all thresholds: one value, one set of dealt bits', async () => {
    const around = THRESHOLDS.flatMap((t) => [BigInt(t) - 1n, BigInt(t), BigInt(t) + 1n]);
    const values = [...EXTREMES, ...around].filter((x) => x < 2n ** 62n && x >= -(2n ** 62n));
    const found = await bits((phase, program) => {
      const x = program.integers(phase, 'north', values);
      return Object.fromEntries(THRESHOLDS.map((t) => [`${t}`, phase.lessThan(x, t)]));
    });
    for (const t of THRESHOLDS) expect(found(`${t}`), `< ${t}`).toEqual(values.map((x) => x < BigInt(t)));
  });

  it('every power of two against its neighbours', async () => {
    const values = POWERS.flatMap((p) => [BigInt(p) - 1n, BigInt(p), -BigInt(p), 1n - BigInt(p)]);
    const found = await bits((phase, program) => {
      const x = program.integers(phase, 'south', values);
      return Object.fromEntries(POWERS.map((p) => [`${p}`, phase.lessThan(x, p)]));
    });
    for (const p of POWERS) expect(found(`${p}`), `< ${p}`).toEqual(values.map((x) => x < BigInt(p)));
  });

  it('tensors of every size around a lane', async () => {
    const inputs = [...SIZES, 256, 1024].map((n) => Array.from({ length: n }, (_, i) => BigInt(i * 7 - 300) << 35n));
    const found = await bits((phase, program) =>
      Object.fromEntries(inputs.map((x) => [`${x.length}`, phase.lessThan(program.integers(phase, 'east', x), 0)])),
    );
    for (const x of inputs) expect(found(`${x.length}`)).toEqual(x.map((v) => v < 0n));
  });

  it('values of every bound, with every number of low bits left out', async () => {
    const cases = POWERS.flatMap((power, k) =>
      // Rounded up, a value just below a power of two reaches it.
      (power > 1 && power <= 2 ** 53 ? [power - 1, power] : [power]).flatMap((bound) =>
        [0, k >> 1, Math.max(0, k - 1)].map((low) => ({ bound, low })),
      ),
    );
    const around = (bound: bigint, unit: bigint) =>
      [0n, 1n, unit - 1n, unit, bound / 2n, bound - 1n, bound]
        .flatMap((x) => [x, -x])
        .filter((x) => x <= bound && x >= -bound);
    const inputs = cases.map(({ bound, low }) => around(BigInt(bound), 2n ** BigInt(low)));
    const found = await bits((phase, program) =>
      Object.fromEntries(
        cases.flatMap(({ bound, low }, i) => {
          const x = phase.bounded(program.integers(phase, 'north', inputs[i]), bound);
          return [0, bound, -bound].map((t) => [`${i} ${t}`, phase.lessThan(x, t, low === 0 ? 0 : 2 ** low)]);
        }),
      ),
    );
    cases.forEach(({ bound, low }, i) => {
      for (const t of [0, bound, -bound]) {
        inputs[i].forEach((x, at) => {
          // Only what lies less than a unit below the threshold may count as not less.
          const distance = BigInt(t) - x;
          const isOpen = low > 0 && distance > 0n && distance < 2n ** BigInt(low);
          if (!isOpen) expect(found(`${i} ${t}`)[at], `${x} < ${t}, ${low} bits left out`).toBe(distance > 0n);
        });
      }
    });
  });

  it('random values and thresholds, of opened sums too, and the bits times a value', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt(-(2n ** 61n), 2n ** 61n - 1n), { minLength: 1, maxLength: 70 }),
        fc.maxSafeInteger(),
        async (values, threshold) => {
          const revealed = await run(trust, (phase, program) => {
            const [x, y] = ['north', 'east'].map((owner) => program.integers(phase, owner, values));
            const z = phase.open(
              phase.linear(
                [x, y].map((value) => ({ value, factor: exactly(1) })),
                exactly(0),
                0,
              ),
            );
            const [small, large] = [x, z].map((of) => phase.openBits(phase.lessThan(of, threshold)));
            return { x: phase.bitTimes(small, x), z: phase.bitTimes(large, z), mixed: phase.bitTimes(large, x) };
          });
          const t = BigInt(threshold);
          const sum = (v: bigint) => 2n * v;
          expect(revealed.x).toEqual(values.map((v) => (v < t ? v : 0n)));
          expect(revealed.z).toEqual(values.map((v) => (sum(v) < t ? sum(v) : 0n)));
          expect(revealed.mixed).toEqual(values.map((v) => (sum(v) < t ? v : 0n)));
        },
      ),
      { numRuns: 12 },
    ));

  it('bits times values at the extremes, in every size around a lane', async () => {
    const inputs = [EXTREMES, ...SIZES.map((n) => Array.from({ length: n }, (_, i) => BigInt(i - 40) << 50n))];
    const revealed = await run(trust, (phase, program) =>
      Object.fromEntries(
        inputs.map((x, i) => {
          const value = program.integers(phase, PARTIES[i % 3], x);
          return [`${i}`, phase.bitTimes(phase.openBits(phase.lessThan(value, 0)), value)];
        }),
      ),
    );
    inputs.forEach((x, i) => {
      expect(revealed[i]).toEqual(x.map((v) => (v < 0n ? v : 0n)));
    });
  });
});

it.each([1, 64, 128, 256, 1024, 8192])('%i comparisons stay within the memory that they declare', (count) => {
  const memory = RingMemory.create(0);
  const place = (words: number) => memory.allocate(8 * words);
  const words = planeWords(count);
  const value = place(count);
  memory.u8(value, 8 * count).set(randomBytes(8 * count));
  const [digits, masks] = [240, 27].map((planes) => bitShares(place(planes * words)));
  const outgoing = place(27 * words + 1);
  const window = { low: 0, high: 63 };
  const { kernels } = memory;
  const scratch = place(64);
  const machine: Machine = {
    kernels,
    multiply: (product) => memory.multiply(product, scratch),
    evaluators: 2,
    index: 0,
    first: true,
    scratch,
    operands: [0, 0],
  };
  const declared = lessThanTemporary(count, window);
  const temporary = place(declared + 4 * count);
  const beyond = memory.u64(temporary + 8 * declared, 4 * count);
  const comparison = new LessThan(machine, count, window, temporary);
  comparison.start(publicTensor(value), 0n, digits);
  comparison.open(0, masks, outgoing);
  expect(beyond.some((word) => word !== 0n)).toBe(false);
});
