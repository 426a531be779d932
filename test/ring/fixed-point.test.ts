import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFixed, encodeFixed } from '../../src/ring/fixed-point.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { anyElement, BOUNDARIES, modRing, place, read, signed } from './tensors.ts';

const memory = RingMemory.create(1 << 20);
const { kernels } = memory;

const fractionalBits = fc.integer({ min: 0, max: 40 });
const inRange = fc.double({ min: -(2 ** 21), max: 2 ** 21, noNaN: true });
const f64s = fc.array(inRange, { maxLength: 9 });

function placeReals(values: readonly number[]): number {
  const address = memory.allocate(8 * values.length);
  memory.f64(address, values.length).set(values);
  return address;
}

function encodeByKernel(values: readonly number[], bits: number): bigint[] {
  const out = memory.allocate(8 * values.length);
  kernels.encode(out, placeReals(values), bits, values.length);
  return read(memory, out, values.length);
}

describe('encodeFixed', () => {
  it('rounds to nearest, ties to even', () => {
    const cases: [number, bigint][] = [
      [0, 0n],
      [-0, 0n],
      [0.5, 0n],
      [1.5, 2n],
      [2.5, 2n],
      [-0.5, 0n],
      [-1.5, -2n],
      [-2.5, -2n],
      [0.49999999999999994, 0n],
      [2 ** 53 - 1, 2n ** 53n - 1n],
      [-(2 ** 61), -(2n ** 61n)],
    ];
    for (const [x, expected] of cases) {
      expect(encodeFixed(x, 0)).toBe(modRing(expected));
      expect(encodeFixed(x / 2 ** 16, 16)).toBe(modRing(expected));
      expect(encodeByKernel([x / 2 ** 16], 16)).toEqual([modRing(expected)]);
    }
  });

  it('refuses what is not finite or reaches 2^62, and does not print it', () => {
    for (const x of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 46, -(2 ** 46)]) {
      expect(() => encodeFixed(x, 16)).toThrow(
        expect.objectContaining({
          code: 'TREFOIL_RANGE',
          message: expect.stringMatching(/^a number is not finite or too large .* below 2\^46$/),
        }),
      );
    }
  });

  it('is off by at most half a unit in the last place', () => {
    fc.assert(
      fc.property(inRange, fractionalBits, (x, bits) => {
        // Both subtrahends are exact; their difference is rounded once, which can not lift it over half a unit.
        expect(Math.abs(Number(signed(encodeFixed(x, bits))) - x * 2 ** bits)).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});

describe('decodeFixed', () => {
  it('reads the element as a signed integer', () => {
    expect(decodeFixed(2n ** 64n - 1n, 16)).toBe(-(2 ** -16));
    expect(decodeFixed(2n ** 63n, 0)).toBe(-(2 ** 63));
    expect(decodeFixed(3n << 15n, 16)).toBe(1.5);
  });

  it('reverses encodeFixed for integers below 2^53', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fractionalBits, (v, bits) => {
        const x = v / 2 ** bits;
        expect(decodeFixed(encodeFixed(x, bits), bits)).toBe(x === 0 ? 0 : x);
      }),
    );
  });
});

describe('the kernels encode and decode', () => {
  it('give the results of encodeFixed and decodeFixed', () => {
    fc.assert(
      fc.property(f64s, fractionalBits, (xs, bits) => {
        expect(encodeByKernel(xs, bits)).toEqual(xs.map((x) => encodeFixed(x, bits)));
      }),
    );
    fc.assert(
      fc.property(fc.array(anyElement, { maxLength: 9 }), fractionalBits, (values, bits) => {
        const out = memory.allocate(8 * values.length);
        kernels.decode(out, place(memory, values), bits, values.length);
        expect([...memory.f64(out, values.length)]).toEqual(values.map((value) => decodeFixed(value, bits)));
      }),
    );
  });

  it('work in place', () => {
    const address = placeReals([1.5, -2.25, 3]);
    kernels.encode(address, address, 8, 3);
    expect(read(memory, address, 3)).toEqual([384n, modRing(-576n), 768n]);
    kernels.decode(address, address, 8, 3);
    expect([...memory.f64(address, 3)]).toEqual([1.5, -2.25, 3]);
  });
});

describe('fields', () => {
  const GUARD = 0x5a5a_5a5a_5a5a_5a5an;
  const widths = Array.from({ length: 64 }, (_, i) => i + 1);

  it.each(widths)('of %i bits are packed without gaps and unpacked again', (s) => {
    const lowBits = 2n ** BigInt(s) - 1n;
    const lists = fc.oneof(fc.constant(BOUNDARIES), fc.array(anyElement, { maxLength: 70 }));
    fc.assert(
      fc.property(lists, (values) => {
        const words = Math.ceil((values.length * s) / 64);
        const packed = place(memory, [...new Array(words).fill(GUARD), GUARD]);
        kernels.packFields(packed, place(memory, values), s, values.length);
        const bits = values.reduce((sum, value, i) => sum | ((value & lowBits) << BigInt(i * s)), 0n);
        const expected = Array.from({ length: words }, (_, i) => modRing(bits >> BigInt(64 * i)));
        expect(read(memory, packed, words + 1)).toEqual([...expected, GUARD]);

        const out = place(memory, [...values.map(() => 0n), GUARD]);
        kernels.unpackFields(out, packed, s, values.length);
        expect(read(memory, out, values.length + 1)).toEqual([...values.map((value) => value & lowBits), GUARD]);
      }),
      { numRuns: 20 },
    );
  });
});
