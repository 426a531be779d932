import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeFixed } from '../../src/ring/fixed-point.ts';
import { addWords, decodeWords, subtractWords, xorWords } from '../../src/ring/word-arrays.ts';

const BOUNDARIES = [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 61n, 2n ** 63n, 2n ** 64n - 1n];
const word = fc.oneof(fc.constantFrom(...BOUNDARIES), fc.bigInt(0n, 2n ** 64n - 1n));
const pairs = fc.array(fc.tuple(word, word), { maxLength: 20 });

it.each([
  ['adds', addWords, (a: bigint, b: bigint) => a + b],
  ['subtracts', subtractWords, (a: bigint, b: bigint) => a - b],
  ['xors', xorWords, (a: bigint, b: bigint) => a ^ b],
] as const)('%s as big integers do', (_, apply, expected) => {
  fc.assert(
    fc.property(pairs, (words) => {
      const to = BigUint64Array.from(words, ([a]) => a);
      apply(
        to,
        BigUint64Array.from(words, ([, b]) => b),
      );
      expect([...to]).toEqual(words.map(([a, b]) => BigInt.asUintN(64, expected(a, b))));
    }),
  );
});

it('decodes as decodeFixed does', () => {
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 0, max: 62 }), (words, bits) => {
      const decoded = decodeWords(BigUint64Array.from(words), bits);
      expect([...decoded]).toEqual(words.map((each) => decodeFixed(each, bits)));
    }),
  );
});
