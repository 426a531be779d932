/** The staircase covers the curve, the kernel decides as the rule does or not at all, and what it leaves open is decided without bias. */
import { expect, it } from 'vitest';
import { type ByteStream, Stream } from '../../src/prg/stream.ts';
import { NoiseSource } from '../../src/privacy/noise/discrete-gaussian.ts';
import { exponentialBounds } from '../../src/privacy/noise/exponential.ts';
import { GaussianTable, type Words } from '../../src/privacy/noise/gaussian-table.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { chiSquaredDeviate } from './goodness-of-fit.ts';

const DEVIATIONS = [1, 2, 15, 16, 30, 31, 32, 64, 1000, 2 ** 20 + 1, 3 * 2 ** 38 + 12_345, 2 ** 50];
/** Places of the curve's values below. */
const PLACES = 96;
const DEVIATES = 4;

const memory = RingMemory.create(0);
const ROOM = memory.allocate(2 ** 16);

function wordsOf(number: number): Words {
  const stream = new Stream(Uint8Array.from({ length: 32 }, (_, i) => i ^ number));
  let at = 0;
  return () => Buffer.from(stream.read(8 * at++, 8)).readBigUInt64LE();
}

const noMore: Words = () => {
  throw new Error('the two words decide');
};

/** Sums of heights, as the kernel reads them. */
const sumsOf = (table: GaussianTable) => new BigUint64Array(table.bytes().buffer, 2048);

/** Bounds of 2^PLACES times the curve. */
function curve(table: GaussianTable, magnitude: bigint): readonly [bigint, bigint] {
  const bounds = exponentialBounds(magnitude ** 2n, 2n * BigInt(table.deviation) ** 2n, PLACES + 64);
  return [(table.scale * bounds[0]) >> 64n, ((table.scale * bounds[1]) >> 64n) + 1n];
}

/** What the kernel says to one attempt. */
function byKernel(table: GaussianTable): (point: bigint, word: bigint) => bigint | 'refused' | 'undecided' {
  const { bins, shift, deviation } = table;
  const bytes = table.bytes();
  memory.u8(ROOM + 128, bytes.length).set(bytes);
  const words = memory.u64(ROOM, 3);
  const progress = memory.u32(ROOM + 64, 2);
  return (point, word) => {
    words.set([point, word, 0n]);
    memory.kernels.addGaussian(ROOM + 16, 1, ROOM, 1, ROOM + 128, bins, shift, 1 / (2 * deviation ** 2), ROOM + 64);
    if (progress[1] === 0) return 'undecided';
    return progress[0] === 1 ? BigInt.asIntN(64, words[2]) : 'refused';
  };
}

it.each(DEVIATIONS)('deviation %d: each step is up to 2 above the curve, and all of them fill 64 bits', (deviation) => {
  const table = new GaussianTable(deviation);
  const sums = sumsOf(table);
  for (let bin = 0; bin <= table.bins; bin++) {
    const [low, high] = curve(table, BigInt(bin) << BigInt(table.shift));
    const height = (sums[bin + 1] - sums[bin]) << BigInt(PLACES);
    expect(height >= high).toBe(true);
    expect(height <= low + (2n << BigInt(PLACES))).toBe(true);
  }
  const unused = 2n ** 64n - (sums[table.bins] + 2n);
  expect(unused >= 0n && unused <= 3n * BigInt(table.bins)).toBe(true);
  expect(table.bins * 2 ** table.shift).toBeGreaterThanOrEqual(12 * deviation);
  expect(16 * 2 ** table.shift <= Math.max(deviation, 16)).toBe(true);
});

it.each(DEVIATIONS)('deviation %d: the steps of the tail halve and still cover the curve', (deviation) => {
  const table = new GaussianTable(deviation);
  for (let bin = 0n; bin < 40n; bin++) {
    const edge = (BigInt(table.bins) + 2n * bin) << BigInt(table.shift);
    const [, high] = curve(table, edge);
    expect(high << (bin + 1n) <= 1n << BigInt(PLACES)).toBe(true);
  }
});

it.each(DEVIATIONS)('deviation %d: the kernel does as the rule does', (deviation) => {
  const table = new GaussianTable(deviation);
  const decide = byKernel(table);
  const next = wordsOf(deviation % 251);
  let undecided = 0;
  for (let i = 0; i < 3000; i++) {
    const [point, word] = [next(), next()];
    const decision = decide(point, word);
    if (decision === 'undecided') undecided++;
    else expect(decision).toBe(table.attempt(point, word, next) ?? 'refused');
  }
  // One in 2^46, times 36,000 attempts: under fresh seeds this fails once in 10^9 runs.
  expect(undecided).toBe(0);
});

/** The least number from `from` on that a predicate holds for, which then holds for all above. */
function first(from: bigint, to: bigint, holds: (x: bigint) => boolean): bigint {
  while (from < to) {
    const middle = (from + to) >> 1n;
    if (holds(middle)) to = middle;
    else from = middle + 1n;
  }
  return from;
}

it.each(DEVIATIONS)('deviation %d: float64 errs by no more than was proved', (deviation) => {
  const table = new GaussianTable(deviation);
  const sums = sumsOf(table);
  const decide = byKernel(table);
  const next = wordsOf(7);
  const last = 2n ** BigInt(table.shift) - 1n;
  const error = 13 * 2 ** -53;
  for (let bin = 0; bin < table.bins; bin += Math.ceil(table.bins / 40)) {
    const edge = BigInt(bin) << BigInt(table.shift);
    for (const offset of [0n, 1n, last / 2n, last - 1n, last, BigInt.asUintN(table.shift, next())]) {
      if (offset < 0n || offset > last || edge + offset === 0n) continue;
      const height = sums[bin + 1] - sums[bin];
      const said = (whole: bigint) => decide(sums[bin] + whole, offset);
      const accepted = first(0n, height, (whole) => said(whole) !== edge + offset);
      const refused = first(0n, height, (whole) => said(whole) === 'refused');
      const [low, high] = curve(table, edge + offset);
      // Accepted is what lies below the curve with all its continuations, refused what lies above.
      expect(accepted << BigInt(PLACES) <= low).toBe(true);
      expect(refused === height || refused << BigInt(PLACES) >= high).toBe(true);
      if (refused === height || height < 2n ** 40n) continue;
      // The kernel's threshold, its margin taken off; numbers are whole, and heights up to 2 too high.
      const threshold = Number(refused) / (1 + 2 ** -47);
      const exact = Number(high >> 64n) / 2 ** (PLACES - 64);
      expect(Math.abs(threshold / exact - 1)).toBeLessThanOrEqual(error + 4 / Number(height));
    }
  }
});

it('a number that the curve runs through is accepted as often as the curve says', () => {
  const table = new GaussianTable(1000);
  const sums = sumsOf(table);
  const decide = byKernel(table);
  const next = wordsOf(1);
  for (const magnitude of [1n, 777n, 2500n]) {
    const bin = Number(magnitude >> BigInt(table.shift));
    const [low] = curve(table, magnitude);
    const point = sums[bin] + (low >> BigInt(PLACES));
    expect(decide(point, magnitude)).toBe('undecided');
    expect(table.attempt(point - 1n, magnitude, next)).toBe(magnitude);
    expect(table.attempt(point + 1n, magnitude, next)).toBe(undefined);
    const share = Number(BigInt.asUintN(PLACES, low) >> 43n) / 2 ** (PLACES - 43);
    const trials = 10_000;
    let accepted = 0;
    for (let i = 0; i < trials; i++) if (table.attempt(point, magnitude, next) === magnitude) accepted++;
    expect(Math.abs(accepted - trials * share) / Math.sqrt(trials * share * (1 - share))).toBeLessThan(DEVIATES);
  }
});

it('draws more places for as long as it takes', () => {
  const table = new GaussianTable(1000);
  const sums = sumsOf(table);
  // The places of the curve at 1 themselves, which leave it open what comes after them; then a 0 or a 1 at a place where the curve has the other.
  const places = 256;
  const bounds = exponentialBounds(1n, 2n * 1000n ** 2n, places + 64);
  const exact = (table.scale * bounds[0]) >> 64n;
  const point = sums[0] + (exact >> BigInt(places));
  for (const [last, sample] of [
    [0n, 1n],
    [2n ** 64n - 1n, undefined],
  ] as const) {
    let drawn = 0;
    const more = () => {
      drawn++;
      return drawn <= 3 ? BigInt.asUintN(64, exact >> BigInt(places - 64 * drawn)) : last;
    };
    expect(table.attempt(point, 1n, more)).toBe(sample);
    expect(drawn).toBe(4);
  }
});

it.each([3, 100])('deviation %d: the rule alone has the exact distribution', (deviation) => {
  const table = new GaussianTable(deviation);
  const next = wordsOf(2);
  const [samples, last] = [30_000, Math.floor(2.5 * deviation)];
  const weights = Float64Array.from(
    { length: 40 * deviation },
    (_, x) => (x ? 2 : 1) * Math.exp(-(x ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight);
  const counts = new Float64Array(last + 2);
  for (let i = 0; i < samples; ) {
    const sample = table.attempt(next(), next(), next);
    if (sample === undefined) continue;
    counts[Math.min(last + 1, Math.abs(Number(sample)))]++;
    i++;
  }
  const expected = weights.slice(0, last + 2).map((weight) => (samples * weight) / total);
  expected[last + 1] = samples - expected.slice(0, last + 1).reduce((sum, count) => sum + count);
  expect(chiSquaredDeviate(counts, expected)).toBeLessThan(DEVIATES);
});

it.each([1, 64, 1000, 2 ** 50])(
  'deviation %d: two points lead to the tail, whose magnitudes have no end',
  (deviation) => {
    const table = new GaussianTable(deviation);
    const end = sumsOf(table)[table.bins];
    const decide = byKernel(table);
    for (const point of [end, end + 1n, end + 2n, 2n ** 64n - 1n]) expect(decide(point, 0n)).toBe('undecided');
    expect(table.attempt(end + 2n, 0n, noMore)).toBe(undefined);
    const width = 2n << BigInt(table.shift);
    for (const bin of [0n, 1n, 5n]) {
      for (const offset of [0n, width - 1n]) {
        const magnitude = (BigInt(table.bins) << BigInt(table.shift)) + bin * width + offset;
        // 256 places of the share that is accepted, rounded down: a word more than them decides.
        const bounds = exponentialBounds(magnitude ** 2n, 2n * BigInt(deviation) ** 2n, 384);
        const share = ((table.scale << (bin + 1n)) * bounds[0]) >> 128n;
        const attempt = (height: bigint, word: bigint) => {
          const draws = [...Array<bigint>(Number(bin)).fill(1n), 0n, offset];
          for (let place = 192n; place >= 0n; place -= 64n) draws.push(BigInt.asUintN(64, height >> place));
          return table.attempt(end + (bin % 2n), word, () => draws.shift() ?? 0n);
        };
        const slack = 2n ** 80n;
        if (share > slack) expect(attempt(share - slack, 0n)).toBe(magnitude);
        if (share > slack) expect(attempt(share - slack, 2n ** 63n)).toBe(-magnitude);
        expect(attempt(share + slack, 0n)).toBe(undefined);
      }
    }
  },
);

it('what the kernel leaves open is decided, from words of another stream, and added', () => {
  const deviation = 1000;
  const table = new GaussianTable(deviation);
  const sums = sumsOf(table);
  const [low] = curve(table, 1n);
  const onTheCurve = sums[0] + (low >> BigInt(PLACES));
  // Pairs of words: undecided, taken at once, undecided, refused points, then taken for ever.
  const pairs = [onTheCurve, 1n, sums[1], 5n, onTheCurve, 2n ** 63n + 1n, 2n ** 64n - 1n, 0n, onTheCurve, 1n];
  // The first and the last number go below the curve, the second above.
  const decisions = [0n, 2n ** 64n - 1n, 0n];
  const source = (stream: Partial<ByteStream>): ByteStream => ({
    read: () => expect.unreachable('not read'),
    fill: () => expect.unreachable('not filled'),
    ...stream,
  });
  const streams = {
    stream: (label: string) =>
      label === 'samples'
        ? source({
            fill: (memory, address, _, length) => {
              const words = memory.u64(address, length / 8);
              words.forEach((_, i) => {
                words[i] = pairs[i] ?? 0n;
              });
            },
          })
        : source({
            read: (position, length) => {
              expect(length).toBe(8);
              return new Uint8Array(new BigUint64Array([decisions[position / 8]]).buffer);
            },
          }),
  };
  const out = memory.allocate(8 * 5);
  new NoiseSource(memory, streams, [deviation]).add(out, 4, deviation);
  const second = (1n << BigInt(table.shift)) + 5n;
  expect([...memory.u64(out, 5)]).toEqual([1n, second, 1n, 0n, 0n]);
});
