/** Figures keep digits that mean something, however small or large they are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, percent, significant } from '../../src/data/figures.ts';

describe('significant digits', () => {
  it.each([
    [0, '0'],
    [0.105_06, '0.1051'],
    [0.996, '0.9960'],
    [3, '3.000'],
    [-12.345, '-12.35'],
    [9999.6, '10000'],
    [10_429.3, '10429'],
    [0.000_75, '7.5e-4'],
    [4.517e-7, '4.517e-7'],
    [1.5e12, '1.5e+12'],
    [6.02e23, '6.02e+23'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('%f is %s', (value, text) => {
    expect(significant(value)).toBe(text);
  });

  it('are right to half a unit of the last one, of any number', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
        fc.integer({ min: 1, max: 9 }),
        (value, digits) => {
          fc.pre(Math.abs(value) > 1e-300);
          const error = Math.abs(Number(significant(value, digits)) - value);
          // Half a unit of the last digit, or of the last one before the point, and the rounding of float64.
          expect(error).toBeLessThanOrEqual(Math.abs(value) * (0.5 * 10 ** (1 - digits) + 2 ** -50));
        },
      ),
    );
  });
});

describe('percentages', () => {
  it.each([
    [0, '0.00 %'],
    [1, '100.00 %'],
    [0.973_68, '97.37 %'],
    [0.999_999, '99.9999 %'],
    [0.000_01, '0.001 %'],
  ])('%f is %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });

  it('call nothing 0 % or 100 % that is not', () => {
    expect(percent(0.9996, 0)).toBe('99.96 %');
    expect(percent(0.26, 1)).toBe('26.0 %');
  });
});

it('decimals give way where they would hide a number', () => {
  expect([decimal(0.5124, 3), decimal(0, 3), decimal(3.2e-7, 3)]).toEqual(['0.512', '0.000', '3.2e-7']);
});
