import { expect, it } from 'vitest';
import { Draws } from '../../../src/audit/models/draws.ts';
import { distinguisherAdvantage } from '../../../src/audit/views/two-worlds.ts';

const RUNS = 60;
const FEATURES = 500;
const CONFIDENCE = 0.999;

/** Normal features; in the first world each is greater by what `shift` says. */
function worlds(seed: string, shift: (feature: number) => number) {
  const draws = new Draws(seed, 'features');
  const runs = (of: (feature: number) => number) =>
    Array.from({ length: RUNS }, () => Float64Array.from({ length: FEATURES }, (_, j) => draws.gaussian() + of(j)));
  return [runs(shift), runs(() => 0)] as const;
}

it('no difference: no advantage', () => {
  const { lower, upper } = distinguisherAdvantage(...worlds('same', () => 0), CONFIDENCE);
  expect(lower).toBeLessThan(0);
  expect(upper).toBeGreaterThan(0);
});

it.each([
  ['one telling feature among many', (j: number) => (j === 123 ? 4 : 0)],
  ['many weak ones', () => 1],
])('%s: found', (seed, shift) => {
  expect(distinguisherAdvantage(...worlds(seed, shift), CONFIDENCE).lower).toBeGreaterThan(0.5);
});

it('a feature that never changes within a world tells for sure, and one that never changes at all tells nothing', () => {
  const constant = (value: number) => Array.from({ length: 20 }, () => Float64Array.of(value));
  expect(distinguisherAdvantage(constant(1), constant(2), CONFIDENCE).value).toBe(1);
  expect(distinguisherAdvantage(constant(1), constant(1), CONFIDENCE).value).toBe(0);
});
