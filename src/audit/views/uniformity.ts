/**
 * Whether ring elements look uniform: each byte's distribution, each bit's balance, neighbours that agree, and values seen twice.
 * @module
 */

export interface UniformityTest {
  readonly name: string;
  /** An upper bound of the probability that uniform values look as odd. */
  readonly p: number;
}

export interface Uniformity {
  readonly values: number;
  readonly tests: readonly UniformityTest[];
  /** Names of the tests that fail, with this probability at most that uniform values fail any (Bonferroni). */
  readonly failed: readonly string[];
  readonly falseAlarm: number;
}

/** Hoeffding's bound on how far a fair coin's heads lie from half of `tosses`. */
const fairCoin = (heads: number, tosses: number): number =>
  tosses === 0 ? 1 : Math.min(1, 2 * Math.exp((-2 * (heads - tosses / 2) ** 2) / tosses));

const BYTE_VALUES = 256;

/** The bound of Laurent and Massart (2000) on a chi-squared variable, both tails, as it is in the limit of many values. */
function chiSquared(statistic: number, freedom: number): number {
  const excess = statistic - freedom;
  if (excess < 0) return Math.min(1, 2 * Math.exp(-(excess ** 2) / (4 * freedom)));
  // Excess 2√(freedom · x) + 2x has probability e^−x at most; x is solved for.
  const root = (Math.sqrt(freedom + 2 * excess) - Math.sqrt(freedom)) / 2;
  return Math.min(1, 2 * Math.exp(-(root ** 2)));
}

export function uniformity(values: BigUint64Array, falseAlarm = 1e-6): Uniformity {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const counts = Array.from({ length: 8 }, () => new Float64Array(BYTE_VALUES));
  for (let i = 0; i < bytes.length; i++) counts[i % 8][bytes[i]]++;
  const expected = values.length / BYTE_VALUES;
  const byteTests = counts.map((count, i) => ({
    name: `byte ${i}`,
    p: chiSquared(
      count.reduce((sum, n) => sum + (n - expected) ** 2 / Math.max(expected, 1), 0),
      BYTE_VALUES - 1,
    ),
  }));
  const bitTests = Array.from({ length: 64 }, (_, bit) => {
    const heads = counts[bit >> 3].reduce((sum, n, byte) => sum + (((byte >> (bit & 7)) & 1) === 1 ? n : 0), 0);
    return { name: `bit ${bit}`, p: fairCoin(heads, values.length) };
  });
  let agree = 0;
  for (let i = 15; i < bytes.length; i += 8) agree += bytes[i] >> 7 === bytes[i - 8] >> 7 ? 1 : 0;
  const repeated = values.length - new Set(values).size;
  const tests: UniformityTest[] = [
    ...(expected >= 5 ? byteTests : []),
    ...bitTests,
    { name: 'top bits of neighbours', p: fairCoin(agree, Math.max(0, values.length - 1)) },
    { name: 'repeated values', p: repeated === 0 ? 1 : Math.min(1, values.length ** 2 / 2 ** 65) },
  ];
  const failed = tests.filter(({ p }) => p * tests.length < falseAlarm).map(({ name }) => name);
  return { values: values.length, tests, failed, falseAlarm };
}
