/** LiRA on confidences whose distribution is known: it finds a planted leak that no single threshold sees, and nothing where nothing is. */
import { describe, expect, it } from 'vitest';
import { scaledConfidences } from '../../../src/audit/membership/confidence.ts';
import { likelihoodRatios, type ShadowAnswers, type Variant } from '../../../src/audit/membership/likelihood-ratio.ts';
import { lossScores } from '../../../src/audit/membership/loss-threshold.ts';
import { Draws } from '../../../src/audit/models/draws.ts';
import { erfc } from '../../../src/audit/statistics/erfc.ts';
import { membershipScore } from '../../../src/audit/statistics/roc.ts';

const RECORDS = 3000;
const LEAK = 2;
const cumulative = (z: number) => erfc(-z / Math.SQRT2) / 2;

/** φ of each record around a centre of its own, `leak` higher where it was in the training; centres are far apart. */
function planted(models: number, leak: number, spread: (record: number) => number, seed: string) {
  const draws = new Draws(seed, 'planted');
  const centres = Float64Array.from({ length: RECORDS }, () => 20 * draws.gaussian());
  const answer = (isMember: Uint8Array) =>
    centres.map((centre, i) => centre + leak * isMember[i] + spread(i) * draws.gaussian());
  const coins = () => Uint8Array.from({ length: RECORDS }, () => Number(draws.coin()));
  const pairs = Array.from({ length: models / 2 }, coins);
  const isMember = pairs.flatMap((members) => [members, members.map((bit) => 1 - bit)]);
  const target = coins();
  const shadows: ShadowAnswers = { isMember, confidences: isMember.map(answer) };
  return { target, phi: answer(target), shadows };
}

function attacked(scores: Float64Array, target: Uint8Array, confidence = 1 - 1e-6) {
  return membershipScore(
    scores.filter((_, i) => target[i] === 1),
    scores.filter((_, i) => target[i] === 0),
    confidence,
  );
}

describe.each(['online', 'offline'] as const)('%s', (variant: Variant) => {
  it.each([16, 128])('finds a planted leak as well as can be, with %d models', (models) => {
    const { target, phi, shadows } = planted(models, LEAK, () => 1, 'leak');
    const { auc, ratesAt } = attacked(likelihoodRatios(phi, shadows, variant), target);
    // Means of models/2 answers are off by as much again, in both directions for the online attack.
    const best = cumulative(LEAK / Math.SQRT2);
    expect(auc.upper).toBeGreaterThan(cumulative(LEAK / Math.sqrt(2 * (1 + 2 / models))) - 0.01);
    expect(auc.lower).toBeLessThan(best);
    // With exact moments 37 % of the members: what is beyond 2.33 from a mean of 2.
    expect(ratesAt[1].truePositiveRate.upper).toBeGreaterThan(models === 128 ? 0.33 : 0.25);
    // No threshold on φ itself sees a difference of 2 among centres 20 apart.
    expect(attacked(phi, target).auc.value).toBeLessThan(0.56);
  });

  it('finds nothing where nothing is', () => {
    const { target, phi, shadows } = planted(16, 0, () => 1, 'null');
    const { auc } = attacked(likelihoodRatios(phi, shadows, variant), target);
    expect(auc.lower).toBeLessThan(0.5);
    expect(auc.upper).toBeGreaterThan(0.5);
  });

  it('finds nothing where the names of the members are shuffled', () => {
    const { target, phi, shadows } = planted(16, LEAK, () => 1, 'shuffled');
    const order = new Draws('shuffled', 'order').order(RECORDS);
    const { auc } = attacked(
      likelihoodRatios(phi, shadows, variant),
      Uint8Array.from(order, (i) => target[i]),
    );
    expect(auc.lower).toBeLessThan(0.5);
    expect(auc.upper).toBeGreaterThan(0.5);
  });
});

it('knows how much each record varies, given enough models', () => {
  // Half of the records answer 30 times as unsteadily: with one variance for all they bury the others.
  const steady = (models: number) => {
    const { target, phi, shadows } = planted(models, LEAK, (i) => (i % 2 === 0 ? 1 : 30), 'spread');
    return attacked(likelihoodRatios(phi, shadows, 'online'), target).ratesAt[1].truePositiveRate.value;
  };
  expect(steady(64)).toBeGreaterThan(0.1);
  expect(steady(62)).toBeLessThan(0.03);
});

it('is the ratio of two densities', () => {
  const density = (x: number, mean: number, variance: number) =>
    Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  const confidences = [1, 3, 5, 9].map((x) => Float64Array.of(x, -x));
  const isMember = [0, 0, 1, 1].map((bit) => Uint8Array.of(bit, bit));
  const found = likelihoodRatios(Float64Array.of(4, -4), { confidences, isMember }, 'online');
  // Out: mean 2, variance 2; in: mean 7, variance 8.
  const expected = Math.log(density(4, 7, 8) / density(4, 2, 2));
  expect(found[0]).toBeCloseTo(expected, 12);
  expect(found[1]).toBeCloseTo(expected, 12);
  expect(likelihoodRatios(Float64Array.of(4, -4), { confidences, isMember }, 'offline')[0]).toBeCloseTo(Math.SQRT2, 12);
});

it('needs models with and without each record', () => {
  const shadows = { confidences: [Float64Array.of(1)], isMember: [Uint8Array.of(1)] };
  expect(() => likelihoodRatios(Float64Array.of(1), shadows, 'offline')).toThrow('each record');
  const without = { confidences: [Float64Array.of(1)], isMember: [Uint8Array.of(0)] };
  expect(() => likelihoodRatios(Float64Array.of(1), without, 'online')).toThrow('each record');
});

describe('confidence', () => {
  const softmax = { output: 'softmax', outputs: 3 } as const;

  it('is the log odds of the label, exact where the probability is all but 1', () => {
    const [found, sure] = scaledConfidences(softmax, Float64Array.of(1, 2, 0.5, 100, 0, 0), Float64Array.of(1, 0));
    const p = Math.exp(2) / (Math.exp(1) + Math.exp(2) + Math.exp(0.5));
    expect(found).toBeCloseTo(Math.log(p / (1 - p)), 12);
    expect(sure).toBeCloseTo(100 - Math.log(2), 12);
    expect([
      ...scaledConfidences({ output: 'sigmoid', outputs: 1 }, Float64Array.of(3, 3), Float64Array.of(1, 0)),
    ]).toEqual([3, -3]);
  });

  it('is not there for a number', () => {
    const predict = () => scaledConfidences({ output: 'linear', outputs: 1 }, Float64Array.of(1), Float64Array.of(1));
    expect(predict).toThrow(expect.objectContaining({ code: 'TREFOIL_AUDIT' }));
  });

  it('gives the loss, which small ones do not round away', () => {
    const [found, sure, lost] = lossScores(
      { output: 'sigmoid', outputs: 1 },
      Float64Array.of(0.3, 50, -800),
      Float64Array.of(1, 1, 1),
    );
    expect(found).toBeCloseTo(-Math.log1p(Math.exp(-0.3)), 14);
    expect(sure / -Math.exp(-50)).toBeCloseTo(1, 12);
    expect(lost).toBe(-800);
    expect(lossScores({ output: 'linear', outputs: 1 }, Float64Array.of(3), Float64Array.of(1))[0]).toBe(-2);
  });
});
