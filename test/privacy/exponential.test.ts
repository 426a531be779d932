/** Bounds of e^−x hold, and are close, against another series at more places. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exponentialBounds } from '../../src/privacy/noise/exponential.ts';

/** 2^places · e^(−p/q) to less than two units: the reciprocal of the series of e^x, all of whose terms are positive. */
function exponential(p: bigint, q: bigint, places: bigint): bigint {
  const one = 1n << (places + 64n + (3n * p) / q);
  let [sum, term] = [one, one];
  for (let k = 1n; term > 0n; k++) {
    term = (term * p) / (q * k);
    sum += term;
  }
  return (one << places) / sum;
}

it('the series here gives the published digits of 1/e', () => {
  // OEIS A068985.
  const digits = 36_787_944_117_144_232_159_552_377_016_146_086n;
  expect((exponential(1n, 1n, 200n) * 10n ** 35n) >> 200n).toBe(digits);
});

it('lie on both sides, a few units apart', () => {
  const bits = fc.constantFrom(64, 128, 200);
  const numerator = fc.oneof(fc.bigInt(0n, 5n), fc.bigInt(0n, 2n ** 108n));
  const denominator = fc.oneof(fc.constantFrom(1n, 2n, 2n ** 101n), fc.bigInt(1n, 2n ** 101n));
  fc.assert(
    fc.property(numerator, denominator, bits, (p, q, bits) => {
      // Beyond 300 the series above takes long, and 2^200·e^−300 is below 1 anyway.
      fc.pre(p < 300n * q);
      const [low, high] = exponentialBounds(p, q, bits);
      const value = exponential(p, q, BigInt(bits + 64));
      expect(low << 64n <= value + 1n).toBe(true);
      expect(high << 64n >= value - 1n).toBe(true);
      expect(high - low).toBeLessThanOrEqual(8n);
    }),
    { numRuns: 500 },
  );
});

it('are 1 at 0, and close to 0 far out', () => {
  expect(exponentialBounds(0n, 7n, 64)).toEqual([2n ** 64n, 2n ** 64n]);
  const [low, high] = exponentialBounds(10n ** 9n, 1n, 256);
  expect(low <= 0n).toBe(true);
  expect(high > 0n && high <= 8n).toBe(true);
});
