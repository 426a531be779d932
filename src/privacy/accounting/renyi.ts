/**
 * Rényi accounting: moments of the privacy loss, which add up over events, and the (ε, δ) that they imply.
 *
 * With α = 1 + θ, (α − 1)·D_α(P‖Q) = log E_P[e^{θL}] for the loss L = log P/Q. The moment is integrated for any real order, on a log
 * scale: the sampled Gaussian of Mironov, Talwar, Zhang 2019 (arXiv 1908.10530), of which their sums for whole orders are the
 * closed form, and mixtures of several shifts likewise.
 * @module
 */
import { type Direction, largestShift, logRatio, type Mixture, type RepeatedPair } from './dominating-pair.ts';

/** log E[e^{θL}] of everything together, as a function of θ. */
export type LogMoment = (theta: number) => number;

/** What lies as many deviations outside of both peaks is below 2^-130 of the integral. */
const MARGIN = 14;
/** More than the sums lose in float64, so that the bound stays one: exponents of some thousands, and a few thousand terms. */
const ROUNDING = 2 ** -42;

export function logMomentOf(pairs: readonly RepeatedPair[], direction: Direction): LogMoment {
  return (theta) => pairs.reduce((sum, pair) => sum + pair.count * logMoment(pair, direction, theta), 0);
}

/** log E[e^{θL}] of a single occurrence; an alternative that is drawn in the open averages the moment. */
export function logMoment({ alternatives }: RepeatedPair, direction: Direction, theta: number): number {
  const value = logSum(
    alternatives.map(({ weight, mixture }) => Math.log(weight) + mixtureMoment(mixture, direction, theta)),
  );
  return value + ROUNDING * (1 + value);
}

/** Of a quadrature. */
const MOST_POINTS = 2 ** 17;

/**
 * log ∫ φ(x)·(P/Q)(x)^power dx, with power 1 + θ or −θ, by the trapezoidal rule: for a function that is analytic in a strip of half-width d it
 * errs by about e^(−2πd/step) of the integral. The ratio has its zeros at distance π/shift of the real line.
 */
function mixtureMoment(mixture: Mixture, direction: Direction, theta: number): number {
  const power = direction === 'remove' ? 1 + theta : -theta;
  const shift = largestShift(mixture);
  if (mixture.shifts.length === 1) return (theta * (1 + theta) * shift * shift) / 2;
  // A negative power makes a log-concave peak, up to this much narrower than φ.
  const narrow = direction === 'remove' ? 1 : Math.sqrt(1 + (theta * shift * shift) / 4);
  const step = Math.min(0.1, 0.3 / shift) / narrow;
  const end = Math.max(0, power * shift) + MARGIN;
  // Without the records no loss exceeds −log P[no shift], so that the tilt can not carry the peak far, whatever θ.
  const most = direction === 'add' && mixture.shifts[0] === 0 ? -theta * Math.log(mixture.probabilities[0]) : Infinity;
  const start = Math.max(Math.min(0, power * shift) - MARGIN, -Math.sqrt(2 * most + MARGIN ** 2));
  // So much loss that no order of this size helps: a bound that holds, and says nothing.
  if ((end - start) / step > MOST_POINTS) return Number.POSITIVE_INFINITY;
  const exponents: number[] = [];
  for (let x = start; x < end; x += step) {
    exponents.push(power * logRatio(mixture, x) - (x * x) / 2);
  }
  return logSum(exponents) + Math.log(step / Math.sqrt(2 * Math.PI));
}

function logSum(exponents: readonly number[]): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const exponent of exponents) largest = Math.max(largest, exponent);
  if (largest === Number.POSITIVE_INFINITY) return largest;
  let sum = 0;
  for (const exponent of exponents) sum += Math.exp(exponent - largest);
  return largest + Math.log(sum);
}

/** log δ at ε by the moment of order 1 + θ: Canonne, Kamath, Steinke 2020 (arXiv 2004.00010), Proposition 12. */
const logDelta = (moment: LogMoment, theta: number, epsilon: number) =>
  moment(theta) - theta * epsilon + theta * Math.log(theta / (1 + theta)) - Math.log1p(theta);

export interface RenyiBound {
  readonly value: number;
  /** The order that gives it, less 1. */
  readonly theta: number;
}

/** The smallest ε that a moment implies at δ. */
export function renyiEpsilon(moment: LogMoment, delta: number): RenyiBound {
  const { value, theta } = lowest((at) => (logDelta(moment, at, 0) - Math.log(delta)) / at, 0);
  return { theta, value: Math.max(0, value) };
}

/** The smallest δ that a moment implies at ε, as a logarithm. */
export function renyiLogDelta(moment: LogMoment, epsilon: number): RenyiBound {
  const { value, theta } = lowest((at) => logDelta(moment, at, epsilon), LEAST_LOG_DELTA);
  return { theta, value: Math.min(0, value) };
}

/** About the logarithm of the smallest float64: a δ below it is none. */
const LEAST_LOG_DELTA = -745;
const SMALLEST_THETA = 2 ** -7;
const LARGEST_THETA = 2 ** 14;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const THETA_PRECISION = 1e-3;

/**
 * The lowest value over θ. Both bounds fall and then rise: the moment is convex in θ, and so is the log δ that it implies.
 * Any θ gives a bound that holds, so that how near the search comes is a matter of tightness alone. Below `enough` it ends.
 */
function lowest(boundAt: (theta: number) => number, enough: number): RenyiBound {
  let low = SMALLEST_THETA;
  let best = boundAt(low);
  let high = 2 * low;
  for (let next = boundAt(high); next < best && high < LARGEST_THETA; next = boundAt(high)) {
    if (next < enough) return { value: next, theta: high };
    best = next;
    low = high / 2;
    high *= 2;
  }
  // Golden section, on the logarithm of θ.
  let [from, to] = [Math.log(low / 2), Math.log(high)];
  let [a, b] = [to - GOLDEN * (to - from), from + GOLDEN * (to - from)];
  let [atA, atB] = [boundAt(Math.exp(a)), boundAt(Math.exp(b))];
  while (to - from > THETA_PRECISION) {
    if (atA < atB) {
      [to, b, atB] = [b, a, atA];
      a = to - GOLDEN * (to - from);
      atA = boundAt(Math.exp(a));
    } else {
      [from, a, atA] = [a, b, atB];
      b = from + GOLDEN * (to - from);
      atB = boundAt(Math.exp(b));
    }
  }
  return atA < atB ? { value: atA, theta: Math.exp(a) } : { value: atB, theta: Math.exp(b) };
}
