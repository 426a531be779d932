import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draws } from '../../../src/audit/models/draws.ts';
import { BitWriter, bitsAt } from '../../../src/audit/views/packed-bits.ts';
import { uniformity } from '../../../src/audit/views/uniformity.ts';

const VALUES = 20_000;

function uniform(seed: string): BigUint64Array {
  const draws = new Draws(seed, 'words');
  return BigUint64Array.from(
    { length: VALUES },
    () => (BigInt(draws.below(2 ** 31)) << 33n) ^ (BigInt(draws.below(2 ** 31)) << 10n) ^ BigInt(draws.below(2 ** 31)),
  );
}

describe('uniformity', () => {
  it('passes uniform words', () => {
    expect(uniformity(uniform('words')).failed).toEqual([]);
  });

  it('finds words that are close to others anywhere, though all of them look uniform', () => {
    const words = uniform('close');
    // Two of a hundred are masked as another one was.
    for (let i = 0; i < VALUES; i += 100) words[i] = words[VALUES - 1 - i] + BigInt(i + 1);
    const { failed } = uniformity(words);
    expect(failed).toContain('values within 2^16');
    expect(failed.every((name) => name.startsWith('values within'))).toBe(true);
  });

  it('finds one bit that is set a little too often', () => {
    const words = uniform('bit').map((word, i) => (i % 5 === 0 ? word | 4n : word));
    expect(uniformity(words).failed).toContain('bit 2');
  });
});

it('packed bits come back', () => {
  const fields = fc.array(
    fc.integer({ min: 1, max: 16 }).chain((width) => fc.tuple(fc.constant(width), fc.nat({ max: 2 ** width - 1 }))),
  );
  fc.assert(
    fc.property(fields, (all) => {
      const writer = new BitWriter();
      for (const [width, bits] of all) writer.write(bits, width);
      // Whole words alone are given.
      for (let i = 0; i < 4; i++) writer.write(0, 16);
      const bytes = new Uint8Array(writer.words().buffer);
      let from = 0;
      for (const [width, bits] of all) {
        expect(bitsAt(bytes, from, width)).toBe(bits);
        from += width;
      }
    }),
  );
});
