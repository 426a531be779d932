/**
 * The pair of distributions that no two neighbours can be told apart better than, for one occurrence of an event.
 *
 * All of it is one-dimensional and in units of the noise's deviation: P = Σ pⱼ N(shiftⱼ, 1) with the protected records,
 * Q = N(0, 1) without. Of an event with several alternatives one is drawn, and an adversary is told which.
 * Sources: Mironov, Talwar, Zhang 2019 (a record); Ganesh 2024, "Tight group-level DP guarantees for DP-SGD with sampling via mixture of
 * Gaussians mechanisms" (several); docs/decisions/14-privacy-accounting.md (overflow).
 * @module
 */
import { invariant } from '../../errors.ts';
import { binomialProbabilities } from './binomial.ts';
import type { PrivacyEvent } from './events.ts';

/** P of a pair: probabilities and shifts, ascending. */
export interface Mixture {
  readonly shifts: readonly number[];
  readonly probabilities: readonly number[];
}

export interface Alternative {
  readonly weight: number;
  readonly mixture: Mixture;
}

/** `remove` tells P from Q by samples of P; `add` tells Q from P by samples of Q. */
export type Direction = 'remove' | 'add';
export const DIRECTIONS: readonly Direction[] = ['remove', 'add'];

export interface RepeatedPair {
  readonly alternatives: readonly Alternative[];
  readonly count: number;
}

/** @throws what the accountant does not know or can not read stops the program, whatever typed it */
export function pairOf(event: PrivacyEvent, records: number): RepeatedPair {
  invariant(
    Number.isInteger(records) && records >= 1 && Number.isSafeInteger(event.count) && event.count >= 0,
    `records (${records}) and count (${event.count}) of ‘${event.what}’ are whole`,
  );
  invariant(event.noiseMultiplier > 0, `the noise multiplier of ‘${event.what}’ is above 0`);
  const { kind, count } = event;
  const shift = 1 / event.noiseMultiplier;
  switch (kind) {
    case 'gaussian':
      return { count, alternatives: [{ weight: 1, mixture: sampled(records, 1, shift) }] };
    case 'sampled gaussian': {
      const { rate, overflow } = event;
      invariant(
        rate > 0 && rate <= 1 && overflow >= 0 && overflow <= 1,
        `rate (${rate}) and overflow (${overflow}) of ‘${event.what}’ are probabilities`,
      );
      const alternatives = [
        { weight: 1 - overflow, mixture: sampled(records, rate, shift) },
        { weight: overflow, mixture: sampled(records, rate, 2 * shift) },
      ];
      return { count, alternatives: alternatives.filter(({ weight }) => weight > 0) };
    }
    default:
      return unknownKind(kind);
  }
}

function unknownKind(kind: never): never {
  invariant(false, `the accountant knows events of kind ${String(kind)}, so it can say what they cost`);
}

function sampled(records: number, rate: number, shift: number): Mixture {
  const probabilities = rate === 1 ? [1] : binomialProbabilities(records, rate);
  const first = rate === 1 ? records : 0;
  return { probabilities, shifts: probabilities.map((_, i) => (first + i) * shift) };
}

export const largestShift = ({ shifts }: Mixture): number => shifts[shifts.length - 1];

/** log P(x)/Q(x), increasing and convex in x. */
export function logRatio({ shifts, probabilities }: Mixture, x: number): number {
  let beyondOne = 0;
  for (let i = 0; i < shifts.length; i++) {
    beyondOne += probabilities[i] * Math.expm1(shifts[i] * (x - shifts[i] / 2));
  }
  // For rare samples the ratio is 1 up to something tiny, which must not be lost in the 1.
  if (beyondOne > -0.5 && beyondOne < 1) return Math.log1p(beyondOne);
  const largest = largestExponent(shifts, x);
  let sum = 0;
  for (let i = 0; i < shifts.length; i++) {
    sum += probabilities[i] * Math.exp(shifts[i] * (x - shifts[i] / 2) - largest);
  }
  return largest + Math.log(sum);
}

/** The derivative of `logRatio`: the mean shift, given x. */
export function logRatioSlope({ shifts, probabilities }: Mixture, x: number): number {
  const largest = largestExponent(shifts, x);
  let sum = 0;
  let moment = 0;
  for (let i = 0; i < shifts.length; i++) {
    const part = probabilities[i] * Math.exp(shifts[i] * (x - shifts[i] / 2) - largest);
    sum += part;
    moment += part * shifts[i];
  }
  return moment / sum;
}

function largestExponent(shifts: readonly number[], x: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const shift of shifts) largest = Math.max(largest, shift * (x - shift / 2));
  return largest;
}
