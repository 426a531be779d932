/** Lower bounds of ε: values of the papers, randomised response of known ε, and how rarely they lie above it. */
import { describe, expect, it } from 'vitest';
import {
  checkBounds,
  epsilonLowerBound,
  epsilonLowerBoundOfScores,
} from '../../../src/audit/membership/epsilon-lower-bound.ts';
import { oneRunLowerBound, oneRunProbability } from '../../../src/audit/membership/one-run.ts';
import { mostAdvantage, mostArea, mostTruePositives } from '../../../src/audit/membership/privacy-allowance.ts';
import { Draws } from '../../../src/audit/models/draws.ts';

const LEVEL = { delta: 0, confidence: 0.95 };

describe('from rates', () => {
  it('is what exact bounds of both rates leave', () => {
    // 0 of 1,000 and 1,000 of 1,000, each bound at 97.5 %: (1 − u)/u with u = 1 − 0.025^(1/1000).
    const bound = 1 - 0.025 ** (1 / 1000);
    const perfect = { members: 1000, truePositives: 1000, nonMembers: 1000, falsePositives: 0 };
    expect(epsilonLowerBound(perfect, LEVEL)).toBeCloseTo(Math.log((1 - bound) / bound), 9);
    expect(epsilonLowerBound(perfect, { ...LEVEL, delta: 0.5 })).toBeCloseTo(Math.log((0.5 - bound) / bound), 9);
  });

  it('is 0 where the rates tell nothing', () => {
    const guesses = { members: 100, truePositives: 50, nonMembers: 100, falsePositives: 50 };
    expect(epsilonLowerBound(guesses, LEVEL)).toBe(0);
  });

  it('uses what is missed as well as what is found', () => {
    const outcomes = { members: 1000, truePositives: 1000, nonMembers: 1000, falsePositives: 500 };
    const mirrored = { members: 1000, truePositives: 500, nonMembers: 1000, falsePositives: 0 };
    expect(epsilonLowerBound(outcomes, LEVEL)).toBeCloseTo(epsilonLowerBound(mirrored, LEVEL), 9);
    expect(epsilonLowerBound(outcomes, LEVEL)).toBeGreaterThan(4);
  });
});

describe('from scores', () => {
  const uniform = (count: number, draws: Draws) => Float64Array.from({ length: count }, () => draws.uniform());

  it('stays below the ε of randomised response, at the confidence stated, and comes near it', () => {
    const [epsilon, games, count] = [1, 200, 1000];
    const draws = new Draws('epsilon', 'response');
    const truth = 1 / (1 + Math.exp(-epsilon));
    // The answer is 1 with odds e^ε for members, and is blurred so that many thresholds can be chosen.
    const answers = (odds: number) =>
      Float64Array.from({ length: count }, () => Number(draws.uniform() < odds) + draws.uniform() / 2);
    const bounds = Array.from({ length: games }, () =>
      epsilonLowerBoundOfScores(answers(truth), answers(1 - truth), LEVEL, draws),
    );
    const wrong = bounds.filter((bound) => bound > epsilon).length;
    // Binomial (200, 0.05) is above 29 with a probability below 1e-6.
    expect(wrong).toBeLessThan(30);
    const mean = bounds.reduce((sum, bound) => sum + bound, 0) / games;
    expect(mean).toBeGreaterThan(0.6);
    expect(mean).toBeLessThan(epsilon);
  });

  it('finds next to nothing in scores that say nothing', () => {
    const draws = new Draws('epsilon', 'null');
    expect(epsilonLowerBoundOfScores(uniform(2000, draws), uniform(2000, draws), LEVEL, draws)).toBe(0);
  });
});

describe('from one run', () => {
  it('has the values that the paper prints', () => {
    // Steinke, Nasr, Jagielski 2023, arXiv:2305.08846v1: appendix D, and section 7, which cuts 2.6758 off after three digits.
    const first = oneRunLowerBound({ canaries: 1000, guessed: 100, right: 75 }, { delta: 1e-4, confidence: 0.95 });
    expect(Math.abs(first - 0.673)).toBeLessThan(5e-4);
    const second = oneRunLowerBound(
      { canaries: 100_000, guessed: 1510, right: 1439 },
      { delta: 1e-5, confidence: 0.95 },
    );
    expect(Math.abs(second - 2.6755)).toBeLessThan(5e-4);
  });

  it('is that of a binomial variable without δ', () => {
    // All of 100 right: rate^100 = 0.05.
    const rate = 0.05 ** (1 / 100);
    const found = oneRunLowerBound({ canaries: 100, guessed: 100, right: 100 }, LEVEL);
    expect(found).toBeCloseTo(Math.log(rate / (1 - rate)), 5);
    expect(oneRunProbability({ canaries: 9, guessed: 1, right: 1 }, Math.log(3), 0)).toBeCloseTo(0.75, 14);
  });

  it('falls with δ and with each canary that is not guessed', () => {
    const bound = (canaries: number, delta: number) =>
      oneRunLowerBound({ canaries, guessed: 50, right: 45 }, { delta, confidence: 0.95 });
    expect(bound(50, 1e-3)).toBeLessThan(bound(50, 0));
    expect(bound(500, 1e-3)).toBeLessThan(bound(50, 1e-3));
    expect(bound(500, 0)).toBe(bound(50, 0));
  });

  it('stays below the ε of randomised response, at the confidence stated', () => {
    const [epsilon, games, canaries] = [1, 2000, 100];
    const draws = new Draws('epsilon', 'one run');
    const truth = 1 / (1 + Math.exp(-epsilon));
    const bounds = new Map<number, number>();
    let wrong = 0;
    for (let game = 0; game < games; game++) {
      let right = 0;
      for (let i = 0; i < canaries; i++) right += Number(draws.uniform() < truth);
      const bound = bounds.get(right) ?? oneRunLowerBound({ canaries, guessed: canaries, right }, LEVEL);
      bounds.set(right, bound);
      wrong += Number(bound > epsilon);
    }
    // Six deviations above 5 % of 2,000.
    expect(wrong).toBeLessThan(100 + 6 * Math.sqrt(95));
    expect(wrong).toBeGreaterThan(20);
  });

  it('refuses more right guesses than guesses', () => {
    expect(() => oneRunProbability({ canaries: 5, guessed: 2, right: 3 }, 1, 0)).toThrow('are right');
  });
});

describe('what a budget allows', () => {
  const budget = { epsilon: 1, delta: 1e-3 };

  it('is nothing at ε = 0, and all in the limit', () => {
    expect(mostTruePositives(0.3, { epsilon: 0, delta: 0 })).toBeCloseTo(0.3, 14);
    expect(mostArea({ epsilon: 0, delta: 0 })).toBeCloseTo(0.5, 14);
    expect(mostAdvantage({ epsilon: 0, delta: 0 })).toBeCloseTo(0, 14);
    expect(mostArea({ epsilon: 40, delta: 0 })).toBeCloseTo(1, 12);
  });

  it('is the advantage of randomised response, and the area under the bound', () => {
    const odds = Math.exp(1);
    expect(mostAdvantage(budget)).toBeCloseTo((odds - 1 + 2e-3) / (odds + 1), 12);
    const steps = 100_000;
    const sum = Array.from({ length: steps }, (_, i) => mostTruePositives((i + 0.5) / steps, budget));
    expect(mostArea(budget)).toBeCloseTo(sum.reduce((total, rate) => total + rate, 0) / steps, 8);
  });
});

it('a bound from below that lies above the accountant’s fails the audit', () => {
  checkBounds(0.9, 1, LEVEL);
  expect(() => checkBounds(1.2, 1, LEVEL)).toThrow(expect.objectContaining({ code: 'TREFOIL_AUDIT' }));
  expect(() => checkBounds(1.2, 1, LEVEL)).toThrow('at least 1.200');
});
