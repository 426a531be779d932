/**
 * Binomial probabilities without overflow, from logarithms.
 * @module
 */

/** Probabilities of 0 … n successes. */
export function binomialProbabilities(n: number, rate: number): number[] {
  return Array.from({ length: n + 1 }, (_, successes) => Math.exp(logBinomialProbability(n, rate, successes)));
}

/** P[Binomial(n, rate) ≥ least]. */
export function binomialTail(n: number, rate: number, least: number): number {
  if (least <= 0) return 1;
  if (least > n) return 0;
  // Below the mean the other tail is the short one to add up, and loses nothing: the answer is at least about a half.
  if (least <= n * rate) return 1 - binomialTail(n, 1 - rate, n - least + 1);
  let term = Math.exp(logBinomialProbability(n, rate, least));
  let sum = term;
  // From here on the terms fall; what comes after a term below 2^-60 of the sum can not be seen in it.
  for (let i = least; i < n && term > sum * 2 ** -60; i++) {
    term *= ((n - i) / (i + 1)) * (rate / (1 - rate));
    sum += term;
  }
  return Math.min(1, sum);
}

/** So many factors are multiplied one by one. Beyond it, two terms of Stirling's series are right to 2^-60. */
const MOST_FACTORS = 1000;

/**
 * The logarithm of a binomial probability with many successes and many failures, right to some units of float64: Loader 2000, "Fast and accurate
 * computation of binomial probabilities".
 */
function saddlePoint(n: number, rate: number, successes: number): number {
  const failures = n - successes;
  const stirling = (x: number) => 1 / (12 * x) - 1 / (360 * x ** 3);
  const correction = stirling(n) - stirling(successes) - stirling(failures);
  const deviances = deviance(successes, n * rate) + deviance(failures, n * (1 - rate));
  return correction - deviances - Math.log(2 * Math.PI * successes * (failures / n)) / 2;
}

/** x·log(x/mean) + mean − x, also where the two are close and all digits would cancel. */
function deviance(x: number, mean: number): number {
  const part = (x - mean) / (x + mean);
  if (Math.abs(part) > 0.1) return x * Math.log(x / mean) + mean - x;
  let sum = (x - mean) * part;
  let power = 2 * x * part;
  for (let i = 1; ; i++) {
    power *= part * part;
    const next = sum + power / (2 * i + 1);
    if (next === sum) return sum;
    sum = next;
  }
}

function logBinomialProbability(n: number, rate: number, successes: number): number {
  const few = Math.min(successes, n - successes);
  if (few > MOST_FACTORS) return saddlePoint(n, rate, successes);
  let logWays = 0;
  for (let i = 1; i <= few; i++) logWays += Math.log((n - few + i) / i);
  return logWays + timesLog(successes, rate) + (n - successes === 0 ? 0 : (n - successes) * Math.log1p(-rate));
}

/** With 0 · log 0 = 0. */
const timesLog = (count: number, value: number) => (count === 0 ? 0 : count * Math.log(value));
