/** 10^8 random values up to ±2^61: truncation is never off by more than one unit. */
import { expect, it } from 'vitest';
import { TruncationTile } from './truncation-tile.ts';

it.each([
  [2, 'masked'],
  [2, 'shares'],
  [3, 'masked'],
  [3, 'shares'],
] as const)('is faithful for %i evaluators, to %s', (evaluators, form) => {
  const tile = new TruncationTile(2 ** 16, evaluators);
  let wrong = 0;
  for (let done = 0, bits = 1; done < 25_000_000; done += tile.size, bits = (bits % 61) + 1)
    wrong += tile.wrong(bits, form);
  expect(wrong).toBe(0);
});
