/**
 * The privacy loss of many events together: a convolution, by Fourier transforms, whose every error is on the side of more loss.
 *
 * What comes out is δ as a function of ε, an upper bound everywhere and tight where the tilt puts the weight. Added to δ are: outcomes that
 * were left out, losses beyond the window of the transform (Chernoff), and what rounding can have taken away.
 * @module
 */
import type { Direction, RepeatedPair } from './dominating-pair.ts';
import { type ComplexNumbers, fourierTransform, transformError } from './fourier-transform.ts';
import { discretise, gridLength, type LossGrid, type TiltedLosses } from './loss-distribution.ts';

/** An upper bound of δ at ε. */
export type DeltaBound = (epsilon: number) => number;

interface RepeatedLosses {
  readonly losses: TiltedLosses;
  readonly count: number;
}

const LONGEST_TRANSFORM = 2 ** 20;
/** Grid points of a single occurrence. */
const LONGEST_LOSS = 2 ** 17;
/** Beyond the window lies at most e^-40 of the tilted distribution, on each side. */
const BEYOND_WINDOW = 40;
/** A grid may add this part of ε, at most; half of it or less as the step is rounded down. */
const GRID_PRECISION = 8e-4;
/** Grid points below ε, at least. */
const POINTS_BELOW = 512;
/** Sums of up to 2^20 terms and quadrature, as a part of δ; and for each occurrence. */
const ROUNDING = 2 ** -30;
const ROUNDING_EACH = 2 ** -42;
/** The exponential of this is 0 in float64. No factor that may follow is above 1 by more than an error. */
const VANISHING = -800;

/**
 * @param theta the tilt: 1 less than the Rényi order that is best for the (ε, δ) wanted
 * @param epsilon about the ε at which δ is wanted, above 0
 * @param logDelta about the logarithm of the δ at this ε
 */
export function composedDelta(
  pairs: readonly RepeatedPair[],
  direction: Direction,
  { theta, epsilon, logDelta }: { theta: number; epsilon: number; logDelta: number },
): DeltaBound {
  const count = pairs.reduce((sum, pair) => sum + pair.count, 0);
  // What is left out stays below e^-20 of δ.
  const reach = Math.sqrt(2 * (Math.log(count) - logDelta + 20));
  // Splitting adds at most step²/4 to the variance of a loss, on average step²/6; half of 1 + θ times that to ε.
  const finest = Math.min(epsilon / POINTS_BELOW, Math.sqrt((12 * GRID_PRECISION * epsilon) / ((1 + theta) * count)));
  const step = 2 ** Math.floor(Math.log2(finest));
  for (let grid: LossGrid = { direction, theta, step, reach }; grid.step < 1; grid = { ...grid, step: 2 * grid.step }) {
    if (pairs.some((pair) => gridLength(pair, grid) > LONGEST_LOSS)) continue;
    const parts = pairs.map((pair) => ({ losses: discretise(pair, grid), count: pair.count }));
    const window = windowOf(parts, grid.step);
    if (window.length <= LONGEST_TRANSFORM) return deltaBound(parts, grid, window);
  }
  // No grid is both short and fine enough: no bound but the trivial one.
  return () => 1;
}

interface Window {
  /** First grid point, and how many. */
  readonly first: number;
  readonly length: number;
}

/** Losses between which all but e^-40 lies on each side, by Chernoff's bound on the tilted distribution; as many as a transform has. */
function windowOf(parts: readonly RepeatedLosses[], step: number): Window {
  const deviation = Math.sqrt(parts.reduce((sum, { losses, count }) => sum + count * variance(losses), 0)) * step;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  // From the scale of the largest loss alone, for rare ones, to that of many alike. What overflows gives no bound.
  const longest = Math.max(...parts.map(({ losses }) => losses.probabilities.length)) * step;
  for (let at = Math.min(0.5 / deviation, 1 / longest); at <= 32 / deviation; at *= 2) {
    top = Math.min(top, (logMomentAt(parts, at * step) + BEYOND_WINDOW) / at);
    bottom = Math.max(bottom, (logMomentAt(parts, -at * step) + BEYOND_WINDOW) / -at);
  }
  const first = Math.floor(bottom / step);
  return { first, length: 2 ** Math.ceil(Math.log2(Math.ceil(top / step) + 1 - first)) };
}

function variance({ probabilities }: TiltedLosses): number {
  const mean = probabilities.reduce((sum, value, i) => sum + value * i, 0);
  return probabilities.reduce((sum, value, i) => sum + value * (i - mean) ** 2, 0);
}

function logMomentAt(parts: readonly RepeatedLosses[], exponent: number): number {
  return parts.reduce((total, { losses: { first, probabilities }, count }) => {
    let moment = 0;
    for (let i = 0; i < probabilities.length; i++) {
      // What has no probability is left alone: 0 times a power that overflows is no number.
      if (probabilities[i] > 0) moment += probabilities[i] * Math.exp(exponent * (first + i));
    }
    return total + count * Math.log(moment);
  }, 0);
}

function deltaBound(parts: readonly RepeatedLosses[], { theta, step }: LossGrid, window: Window): DeltaBound {
  const { probabilities, error } = convolve(parts, window);
  const bottom = window.first * step;
  let logMoment = 0;
  let leftOut = 0;
  let count = 0;
  for (const part of parts) {
    logMoment += part.count * part.losses.logMoment;
    leftOut += part.count * part.losses.leftOut;
    count += part.count;
  }
  const scale = Math.exp(logMoment - theta * bottom) * (1 + ROUNDING + ROUNDING_EACH * count * (1 + theta));
  const beyond = scale * Math.exp(-theta * step * window.length - BEYOND_WINDOW);
  // Under P and under Q, from each grid point on, without the factor `scale`.
  const [atLeast, atLeastOther] = [new Float64Array(window.length + 1), new Float64Array(window.length + 1)];
  for (let i = window.length - 1; i >= 0; i--) {
    const tilted = (Math.max(0, probabilities[i]) + error) * Math.exp(-theta * step * i);
    atLeast[i] = atLeast[i + 1] + tilted;
    atLeastOther[i] = atLeastOther[i + 1] + tilted * Math.exp(-step * i);
  }
  return (epsilon) => {
    const from = Math.ceil((epsilon - bottom) / step);
    if (from < 0) return 1;
    if (from >= window.length) return Math.min(1, beyond + leftOut);
    const within = scale * (atLeast[from] * (1 + ROUNDING) - Math.exp(epsilon - bottom) * atLeastOther[from]);
    return Math.min(1, within + beyond + leftOut);
  };
}

/**
 * The tilted distribution of the sum, over the window, and a bound of what rounding did to any of its values. Of a real distribution, zₙ₋ₖ is the
 * conjugate of zₖ, so half of all k do.
 */
function convolve(parts: readonly RepeatedLosses[], { first, length }: Window) {
  const half = length >> 1;
  const logMagnitude = new Float64Array(half + 1);
  const phase = new Float64Array(half + 1);
  const relativeError = new Float64Array(half + 1);
  for (const { losses, count } of parts) {
    const { real, imaginary, error } = transformed(losses, length);
    for (let k = 0; k <= half; k++) {
      // The power of a number that is off by `error` is off by at most count·error·(|z| + error)^(count − 1).
      const magnitude = Math.sqrt(real[k] ** 2 + imaginary[k] ** 2) + error;
      logMagnitude[k] += count * Math.log(magnitude);
      relativeError[k] += count * (2 * (error / magnitude) + 2 ** -48);
      if (logMagnitude[k] > VANISHING) phase[k] += count * Math.atan2(imaginary[k], real[k]);
    }
  }
  const sum: ComplexNumbers = { real: new Float64Array(length), imaginary: new Float64Array(length) };
  let error = 0;
  let squares = 0;
  for (let k = 0; k <= half; k++) {
    if (logMagnitude[k] <= VANISHING) continue;
    const magnitude = Math.exp(logMagnitude[k]);
    const mirrored = (length - k) % length;
    const times = mirrored === k ? 1 : 2;
    error += (times * magnitude * relativeError[k]) / length;
    squares += times * magnitude ** 2;
    // Conjugated, so that the transform is the inverse one.
    sum.real[k] = magnitude * Math.cos(phase[k]);
    sum.imaginary[k] = -magnitude * Math.sin(phase[k]);
    if (times === 1) continue;
    sum.real[mirrored] = sum.real[k];
    sum.imaginary[mirrored] = -sum.imaginary[k];
  }
  fourierTransform(sum);
  error += transformError(length) * Math.sqrt(squares / length);
  const probabilities = new Float64Array(length);
  for (let i = 0; i < length; i++) probabilities[i] = sum.real[modulo(first + i, length)] / length;
  return { probabilities, error };
}

/** The transform, and a bound of the error of any of its values. */
function transformed({ first, probabilities }: TiltedLosses, length: number): ComplexNumbers & { error: number } {
  const real = new Float64Array(length);
  const imaginary = new Float64Array(length);
  for (let i = 0; i < probabilities.length; i++) real[modulo(first + i, length)] += probabilities[i];
  let squares = 0;
  for (let i = 0; i < length; i++) squares += real[i] ** 2;
  fourierTransform({ real, imaginary });
  return { real, imaginary, error: transformError(length) * Math.sqrt(length * squares) };
}

const modulo = (i: number, n: number) => ((i % n) + n) % n;
