/**
 * The regularised incomplete beta function: the distribution function of the beta distribution, and with it binomial tails.
 * @module
 */
import { invariant } from '../../errors.ts';

/** Coefficients of 1/z, 1/z³, … in Stirling's series: B₂ₖ / (2k·(2k − 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
/** From here on, what the series leaves out is below 2^-54. */
const STIRLING_FROM = 10;
const MOST_TERMS = 100_000;
/** Stands for 0 where a continued fraction would divide by it. */
const TINY = 1e-300;

/** ln Γ(z) − ((z − ½)·ln z − z + ½·ln 2π), z > 0. */
function stirlingRemainder(z: number): number {
  if (z < STIRLING_FROM) return stirlingRemainder(z + 1) + (z + 0.5) * Math.log1p(1 / z) - 1;
  return STIRLING.reduceRight((sum, coefficient) => sum / z ** 2 + coefficient, 0) / z;
}

/** xᵃ·(1 − x)ᵇ / B(a, b): large logarithms are subtracted before they are formed, so that large a and b lose little. */
function betaKernel(x: number, a: number, b: number): number {
  const sum = a + b;
  const power = a * Math.log((x * sum) / a) + b * Math.log(((1 - x) * sum) / b);
  const remainder = stirlingRemainder(sum) - stirlingRemainder(a) - stirlingRemainder(b);
  return Math.sqrt((a * b) / (2 * Math.PI * sum)) * Math.exp(power + remainder);
}

/** I_x(a, b), the probability that a beta variable is at most x: a, b > 0 and 0 ≤ x ≤ 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
  invariant(a > 0 && b > 0 && x >= 0 && x <= 1, `I_x(a, b) needs a, b > 0 and x from 0 to 1, not ${x}, ${a}, ${b}`);
  if (x === 0 || x === 1) return x;
  // On the other side the fraction converges slowly.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  return (betaKernel(x, a, b) * continuedFraction(x, a, b)) / a;
}

/** 1/(1 + d₁/(1 + d₂/(1 + …))) of DLMF 8.17.22, by Lentz's method as Thompson and Barnett modified it. */
function continuedFraction(x: number, a: number, b: number): number {
  const notZero = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let ratio = 1;
  let inverse = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let value = inverse;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const d of [even, odd]) {
      inverse = 1 / notZero(1 + d * inverse);
      ratio = notZero(1 + d / ratio);
      change = inverse * ratio;
      value *= change;
    }
    if (Math.abs(change - 1) < Number.EPSILON) return value;
  }
  return value;
}

/** P[Binomial(trials, rate) ≥ least], to about 1e-12 relative for a million trials. */
export function binomialUpperTail(trials: number, rate: number, least: number): number {
  if (least <= 0) return 1;
  if (least > trials) return 0;
  return incompleteBeta(rate, least, trials - least + 1);
}
