/**
 * Whether 64-bit words look uniform and independent: each byte's distribution, each bit's balance, neighbours that agree, and words that are
 * closer to each other than chance brings them, wherever they stand. Values under one mask are as close as what they mask.
 * @module
 */

export interface UniformityTest {
  readonly name: string;
  /** An upper bound of the probability that uniform words look as odd. */
  readonly p: number;
}

export interface Uniformity {
  readonly values: number;
  readonly tests: readonly UniformityTest[];
  /** Names of the tests that fail, with this probability at most that uniform words fail any (Bonferroni). */
  readonly failed: readonly string[];
  readonly falseAlarm: number;
}

/** Hoeffding's bound on how far a fair coin's heads lie from half of `tosses`. */
const fairCoin = (heads: number, tosses: number): number =>
  tosses === 0 ? 1 : Math.min(1, 2 * Math.exp((-2 * (heads - tosses / 2) ** 2) / tosses));

const BYTE_VALUES = 256;
/** Distances, as powers of two, within which neighbours in ascending order are counted. */
const DISTANCE_BITS = [0, 16, 24, 32, 40, 48];

/** The bound of Laurent and Massart (2000) on a chi-squared variable, both tails, as it is in the limit of many values. */
function chiSquared(statistic: number, freedom: number): number {
  const excess = statistic - freedom;
  if (excess < 0) return Math.min(1, 2 * Math.exp(-(excess ** 2) / (4 * freedom)));
  // Excess 2√(freedom · x) + 2x has probability e^−x at most; x is solved for.
  const root = (Math.sqrt(freedom + 2 * excess) - Math.sqrt(freedom)) / 2;
  return Math.min(1, 2 * Math.exp(-(root ** 2)));
}

/** Chernoff's bound on a Poisson variable: what the number of close pairs is in the limit (Arratia, Goldstein, Gordon 1989). */
const atLeast = (count: number, mean: number): number =>
  count <= mean ? 1 : Math.exp(count - mean - count * Math.log(count / mean));

/** How many pairs of neighbours in ascending order are that close; no more than there are close pairs. */
function closePairs(values: BigUint64Array): UniformityTest[] {
  const sorted = values.slice().sort();
  const counts = DISTANCE_BITS.map(() => 0);
  for (let i = 1; i < sorted.length; i++) {
    const distance = Number(sorted[i] - sorted[i - 1]);
    for (let d = DISTANCE_BITS.length - 1; d >= 0 && distance < 2 ** DISTANCE_BITS[d]; d--) counts[d]++;
  }
  const pairs = (sorted.length * (sorted.length - 1)) / 2;
  return DISTANCE_BITS.map((bits, d) => ({
    name: bits === 0 ? 'repeated values' : `values within 2^${bits}`,
    p: atLeast(counts[d], (pairs * 2 ** (bits + 1)) / 2 ** 64),
  }));
}

export function uniformity(values: BigUint64Array, falseAlarm = 1e-6): Uniformity {
  const counts = byteCounts(values);
  const expected = values.length / BYTE_VALUES;
  const byteTests = counts.map((count, i) => ({
    name: `byte ${i}`,
    p: chiSquared(
      count.reduce((sum, n) => sum + (n - expected) ** 2 / Math.max(expected, 1), 0),
      BYTE_VALUES - 1,
    ),
  }));
  const bitTests = Array.from({ length: 64 }, (_, bit) => ({
    name: `bit ${bit}`,
    p: fairCoin(onesAt(counts, bit), values.length),
  }));
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let agree = 0;
  for (let i = 15; i < bytes.length; i += 8) agree += bytes[i] >> 7 === bytes[i - 8] >> 7 ? 1 : 0;
  const tests: UniformityTest[] = [
    // In the limit: with too few values the distribution is another.
    ...(expected >= 5 ? byteTests : []),
    ...bitTests,
    { name: 'top bits of neighbours', p: fairCoin(agree, Math.max(0, values.length - 1)) },
    ...closePairs(values),
  ];
  const failed = tests.filter(({ p }) => p * tests.length < falseAlarm).map(({ name }) => name);
  return { values: values.length, tests, failed, falseAlarm };
}

/** How often each value of each of the eight bytes occurs. */
export function byteCounts(values: BigUint64Array): Float64Array[] {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const counts = Array.from({ length: 8 }, () => new Float64Array(BYTE_VALUES));
  for (let i = 0; i < bytes.length; i++) counts[i & 7][bytes[i]]++;
  return counts;
}

/** How many words have this bit. */
export const onesAt = (counts: readonly Float64Array[], bit: number): number =>
  counts[bit >> 3].reduce((sum, n, byte) => sum + (((byte >> (bit & 7)) & 1) === 1 ? n : 0), 0);
