/** The honest parties' noise reaches what the accounting assumes, and what docs/explanation/joint-noise.md claims about sums and rounding is so. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NoiseSource, noiseStreams } from '../../src/privacy/noise/discrete-gaussian.ts';
import { noiseBytes } from '../../src/privacy/noise/noise-room.ts';
import { jointNoise, MIN_DEVIATION, ROUNDING_VARIANCE } from '../../src/privacy/noise/noise-scale.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';

const HONEST = { 'honest-majority': 2, dealer: 1 } as const;
const TRUST = ['honest-majority', 'dealer'] as const;

/** x·2^1000, exact for every float64 of at least 2^-948. */
const scaled = (x: number): bigint => BigInt(x * 2 ** 500) << 500n;

it.each(TRUST)('%s: honest noise reaches the multiplier and the rounding, and hardly more', (trust) => {
  const honest = BigInt(HONEST[trust]);
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 40, noNaN: true }),
      fc.double({ min: 0.3, max: 100, noNaN: true }),
      fc.double({ min: 1, max: 2, noNaN: true }),
      (exponent, noiseMultiplier, mantissa) => {
        const sensitivity = mantissa * 2 ** exponent;
        fc.pre((sensitivity * noiseMultiplier) ** 2 > 2 * MIN_DEVIATION ** 2);
        const { deviation } = jointNoise({ trust, sensitivity, noiseMultiplier });
        const needed = (scaled(sensitivity) * scaled(noiseMultiplier)) ** 2n + (BigInt(ROUNDING_VARIANCE) << 4000n);
        const variance = (deviation: bigint) => (honest * deviation ** 2n) << 4000n;
        expect(variance(BigInt(deviation)) >= needed).toBe(true);
        // One less is too little, but for what is added against the roundings of float64.
        expect(variance(BigInt(deviation) - 1n) < needed + (needed >> 48n)).toBe(true);
      },
    ),
  );
});

it('names the noise of all parties, and its reach', () => {
  const noise = jointNoise({ trust: 'dealer', sensitivity: 2 ** 20, noiseMultiplier: 1 });
  expect(noise).toEqual({
    deviation: 2 ** 20 + 1,
    totalVariance: 3 * (2 ** 20 + 1) ** 2,
    reach: Math.ceil(10 * Math.sqrt(3) * (2 ** 20 + 1)),
  });
});

it('refuses what is too fine for the proof or too wide for the sampler', () => {
  const request = { trust: 'honest-majority', noiseMultiplier: 1 } as const;
  expect(() => jointNoise({ ...request, sensitivity: 80 })).toThrow('57 units of the last place, and it must have 64');
  expect(jointNoise({ ...request, sensitivity: 90 }).deviation).toBe(64);
  expect(() => jointNoise({ ...request, sensitivity: 2 ** 51 })).toThrow('2^50 is the most');
  expect(() => jointNoise({ ...request, sensitivity: Number.MAX_VALUE })).toThrow('2^50 is the most');
  for (const sensitivity of [0, -1, Number.NaN]) {
    expect(() => jointNoise({ ...request, sensitivity })).toThrow('above zero');
  }
});

it.each(TRUST)('%s: the noise of honest parties, of their own seeds, has the variance assumed', (trust) => {
  const [count, sensitivity, noiseMultiplier] = [1_000_000, 5000, 0.8];
  const { deviation, totalVariance } = jointNoise({ trust, sensitivity, noiseMultiplier });
  const memory = RingMemory.create(8 * count + 3 * noiseBytes(1));
  const parties = [1, 2, 3].map(
    (party) => new NoiseSource(memory, noiseStreams(new Uint8Array(32).fill(party)), [deviation]),
  );
  const sum = memory.allocate(8 * count);
  const variance = () =>
    memory.u64(sum, count).reduce((total, word) => total + Number(BigInt.asIntN(64, word)) ** 2, 0) / count;
  for (const [party, noise] of parties.entries()) {
    noise.add(sum, count, deviation);
    if (party + 1 !== HONEST[trust]) continue;
    // Seven deviations of the mean of a million squares, which have a variance of 2σ⁴.
    expect(Math.abs(variance() / (noiseMultiplier * sensitivity) ** 2 - 1)).toBeLessThan(0.01);
  }
  expect(Math.abs(variance() / totalVariance - 1)).toBeLessThan(0.01);
});

const gauss = (x: number, variance: number): number => Math.exp((-x * x) / (2 * variance));
const RANGE = Array.from({ length: 81 }, (_, i) => i - 40);
function discrete(variance: number): (x: number) => number {
  const total = RANGE.reduce((sum, x) => sum + gauss(x, variance), 0);
  return (x) => gauss(x, variance) / total;
}

// At deviations so small that the difference is there to be seen; float64 adds 1e-13.
it.each([0.7, 0.8, 1, 1.2])('the sum of two is a discrete Gaussian as nearly as claimed, deviation %d', (s) => {
  const [one, wanted] = [discrete(s * s), discrete(2 * s * s)];
  const bound = 4.1 * Math.exp(-((Math.PI * s) ** 2));
  const ratios = [-6, -3, -2, -1, 0, 1, 2, 5].map((x) =>
    Math.log(RANGE.reduce((sum, k) => sum + one(k) * one(x - k), 0) / wanted(x)),
  );
  const largest = Math.max(...ratios.map(Math.abs));
  expect(largest).toBeLessThanOrEqual(bound + 1e-13);
  // And the bound is no wild one.
  expect(largest).toBeGreaterThan(bound / 4);
});

it.each([0.5, 0.6, 0.8])('a Gaussian rounded at random is a discrete one as nearly as claimed, r = %d', (r) => {
  const variance = 1.5;
  const bound = 4.1 * Math.exp(-2 * (Math.PI * r) ** 2);
  const rest = variance - r * r;
  const wanted = discrete(variance);
  // The trapezoid rule on a smooth function that falls off on both sides is exact to float64 at this step.
  const step = 1 / 64;
  const ratios = [0, 1, 2, 3].map((z) => {
    let sum = 0;
    for (let y = -12; y <= 12; y += step) {
      const total = RANGE.reduce((total, k) => total + gauss(k - y, r * r), 0);
      sum += (gauss(y, rest) * gauss(z - y, r * r)) / total;
    }
    return Math.log((sum * step) / Math.sqrt(2 * Math.PI * rest) / wanted(z));
  });
  expect(Math.max(...ratios.map(Math.abs))).toBeLessThanOrEqual(bound + 1e-12);
});

it('the page states the bounds as they come out', () => {
  const page = readFileSync('docs/explanation/joint-noise.md', 'utf8');
  const log2 = (exponent: number) => Math.log2(4.1) - exponent / Math.LN2;
  const sums = log2((Math.PI * MIN_DEVIATION) ** 2);
  const rounding = log2(2 * Math.PI ** 2 * ROUNDING_VARIANCE);
  // Each element of each step costs both once.
  expect(rounding).toBeLessThan(-453);
  expect(sums).toBeLessThan(-58_000);
  const cost = (elements: number) => 1 + Math.log2(elements) - 453;
  expect(cost(2 ** 60)).toBe(-392);
  for (const text of [
    `2^${sums.toFixed(0)}`,
    `2^${rounding.toFixed(1)}`,
    `s ≥ ${MIN_DEVIATION}`,
    `r² = ${ROUNDING_VARIANCE}`,
    '2^-392',
  ])
    expect(page.replaceAll('−', '-')).toContain(text);
});
