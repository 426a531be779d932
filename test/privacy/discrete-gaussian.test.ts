/** Noise has the very distribution it should have. Seeds are fixed, so nothing here fails by chance; levels are those under fresh seeds. */
import { expect, it } from 'vitest';
import { erfc } from '../../src/audit/statistics/erfc.ts';
import { NoiseSource, noiseStreams } from '../../src/privacy/noise/discrete-gaussian.ts';
import { noiseBytes } from '../../src/privacy/noise/noise-room.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { chiSquaredDeviate } from './goodness-of-fit.ts';

const SAMPLES = 1_000_000;
const SEED = Uint8Array.from({ length: 32 }, (_, i) => 11 * i + 3);
/** Of a normal deviate: exceeded with probability 3.2e-5 to one side. */
const DEVIATES = 4;

function samples(deviation: number, count = SAMPLES, seed = SEED): Float64Array {
  const memory = RingMemory.create(8 * count + noiseBytes(1));
  const noise = new NoiseSource(memory, noiseStreams(seed), [deviation]);
  const address = memory.allocate(8 * count);
  noise.add(address, count, deviation);
  return Float64Array.from(memory.u64(address, count), (word) => Number(BigInt.asIntN(64, word)));
}

/** Exact but for float64: magnitudes beyond 40 deviations add less than 2^-1100. */
function probabilities(deviation: number): (x: number) => number {
  const weight = (x: number) => Math.exp(-(x ** 2) / (2 * deviation ** 2));
  let sum = 1;
  for (let x = 40 * deviation; x > 0; x--) sum += 2 * weight(x);
  return (x) => weight(x) / sum;
}

function variance(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x ** 2, 0) / values.length;
}

it.each([1, 2, 5, 30, 1000])('a million samples of deviation %d have the exact probabilities', (deviation) => {
  const probability = probabilities(deviation);
  const values = samples(deviation);
  // Every number that is expected 20 times or more is a cell, and what lies beyond to each side.
  let last = 0;
  while (SAMPLES * probability(last + 1) >= 20) last++;
  const expected = new Float64Array(2 * last + 3);
  for (let x = -last; x <= last; x++) expected[x + last + 1] = SAMPLES * probability(x);
  const beyond = (SAMPLES - expected.reduce((sum, count) => sum + count)) / 2;
  expected[0] = beyond;
  expected[2 * last + 2] = beyond;
  const counts = new Float64Array(expected.length);
  for (const x of values) counts[Math.max(-last - 1, Math.min(last + 1, x)) + last + 1]++;
  expect(chiSquaredDeviate(counts, expected)).toBeLessThan(DEVIATES);

  let closed = 0;
  for (let x = 40 * deviation; x > 0; x--) closed += 2 * x ** 2 * probability(x);
  // The variance of x² is at most about 2σ⁴, so one percent is more than seven deviations of the mean of a million.
  expect(Math.abs(variance(values) / closed - 1)).toBeLessThan(0.01);
});

/** P[X ≤ x] by the sum's integral up to x + 1/2: Euler and Maclaurin's first correction is below φ'/24σ² < 0.011/σ². */
const cumulative = (x: number, deviation: number): number => erfc(-(x + 0.5) / (deviation * Math.SQRT2)) / 2;

it.each([2 ** 20, 3 * 2 ** 38 + 12_345, 2 ** 50])('a million samples of deviation %d follow the curve', (deviation) => {
  const values = samples(deviation);
  const cells = 1000;
  const counts = new Float64Array(cells);
  for (const x of values) counts[Math.min(cells - 1, Math.floor(cells * cumulative(x, deviation)))]++;
  // A cell ends between two numbers: it has up to one number more or less than its even share, of a thousand and more.
  if (deviation > 1000) {
    expect(chiSquaredDeviate(counts, new Float64Array(cells).fill(SAMPLES / cells))).toBeLessThan(DEVIATES);
  }

  // Kolmogorov and Smirnov: √n·D > 2.3 with probability 2·e^(−2·2.3²) = 5e-5, less for steps.
  values.sort();
  let distance = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const isLastOfItsValue = i + 1 === SAMPLES || values[i + 1] !== values[i];
    if (isLastOfItsValue) distance = Math.max(distance, Math.abs((i + 1) / SAMPLES - cumulative(values[i], deviation)));
  }
  expect(Math.sqrt(SAMPLES) * distance).toBeLessThan(2.3);
  expect(Math.abs(variance(values) / deviation ** 2 - 1)).toBeLessThan(0.01);
});

it('low bits of wide noise are uniform, and signs too', () => {
  const bytes = new Float64Array(256);
  let negative = 0;
  for (const x of samples(2 ** 40)) {
    bytes[Math.abs(x) % 256]++;
    if (x < 0) negative++;
  }
  expect(chiSquaredDeviate(bytes, new Float64Array(256).fill(SAMPLES / 256))).toBeLessThan(DEVIATES);
  expect(Math.abs(negative - SAMPLES / 2) / Math.sqrt(SAMPLES / 4)).toBeLessThan(DEVIATES);
});

it('the same seed gives the same noise, another seed or another call other noise', () => {
  const memory = RingMemory.create(0);
  const address = memory.allocate(8 * 3000);
  const read = (noise: NoiseSource, deviation: number) => {
    memory.u64(address, 3000).fill(0n);
    noise.add(address, 3000, deviation);
    return memory.u64(address, 3000).join();
  };
  const source = (seed?: Uint8Array) => new NoiseSource(memory, noiseStreams(seed), [1000, 2 ** 30]);
  const [first, second, other] = [source(SEED), source(SEED), source(SEED.map((byte) => byte ^ 1))];
  const seen = [1000, 2 ** 30, 1000, 1000].map((deviation) => {
    const noise = read(first, deviation);
    expect(read(second, deviation)).toBe(noise);
    return noise;
  });
  seen.push(read(other, 1000), read(source(), 1000), read(source(), 1000));
  expect(new Set(seen).size).toBe(seen.length);
});

it('is added to what is there, modulo 2^64, and to nothing else', () => {
  const memory = RingMemory.create(0);
  const address = memory.allocate(8 * 102);
  const before = memory.u64(address, 102);
  const base = BigUint64Array.from({ length: 102 }, (_, i) => BigInt.asUintN(64, (2n ** 64n - 40n) * BigInt(i % 3)));
  before.set(base);
  new NoiseSource(memory, noiseStreams(SEED), [64]).add(address + 8, 100, 64);
  const after = memory.u64(address, 102);
  const noise = samples(64, 100);
  expect(after[0]).toBe(base[0]);
  expect(after[101]).toBe(base[101]);
  for (let i = 0; i < 100; i++) expect(after[i + 1]).toBe(BigInt.asUintN(64, base[i + 1] + BigInt(noise[i])));
});

it('takes no more memory than it says', () => {
  const memory = RingMemory.create(0);
  const before = memory.end;
  new NoiseSource(memory, noiseStreams(SEED), [1, 31, 2 ** 50]);
  expect(memory.end - before).toBeLessThanOrEqual(noiseBytes(3));
});

it('has tables for the deviations that it was made for', () => {
  const memory = RingMemory.create(0);
  expect(() => new NoiseSource(memory, noiseStreams(SEED), [8]).add(memory.allocate(8), 1, 9)).toThrow(
    'there is a table for',
  );
  for (const deviation of [0, -1, 1.5, 2 ** 51, Number.NaN]) {
    expect(() => new NoiseSource(memory, noiseStreams(SEED), [deviation])).toThrow('whole number from 1 to 2^50');
  }
});
