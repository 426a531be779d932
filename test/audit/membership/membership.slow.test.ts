/**
 * Membership inference on the optical digits: what LiRA finds in a network that has learnt 200 of them by heart, and what is left of it with ε = 1.
 *
 * The setting is made to overfit: about 200 records, 64 hidden units, 60 epochs without a penalty, and, in one of two cases, a fifth of the labels drawn anew,
 * which can only be learnt by heart.
 */
import { describe, expect, it } from 'vitest';
import { auditOneRun, canariesOf } from '../../../src/audit/membership/canaries.ts';
import { type AttackName, attackTraining, type MembershipReport } from '../../../src/audit/membership/membership.ts';
import { mostArea, mostTruePositives } from '../../../src/audit/membership/privacy-allowance.ts';
import type { Train } from '../../../src/audit/membership/shadow-models.ts';
import { chosenRecords } from '../../../src/audit/models/chosen-records.ts';
import { logitsOf, type Parameters } from '../../../src/audit/models/network.ts';
import { trainPlainly } from '../../../src/audit/models/plain-training.ts';
import { trainPrivately } from '../../../src/audit/models/private-training.ts';
import type { Records } from '../../../src/data/records.ts';
import { type Architecture, perceptron } from '../../../src/graph/mlp.ts';
import { noiseMultiplierFor } from '../../../src/privacy/accounting/calibration.ts';
import { digits, relabelled } from '../digits.ts';

const POOL = 400;
const [MODELS, TARGETS] = [16, 16];
const NETWORK: Architecture = perceptron({
  inputs: 64,
  hidden: [64],
  activation: 'relu',
  output: 'softmax',
  outputs: 10,
});
const OVERFITTED: Train = (records, seed) =>
  trainPlainly(
    NETWORK,
    {
      ...{ epochs: 60, batch: 16, l2: 0, initial: 'he', optimiser: { type: 'sgd' } as const },
      learningRate: { schedule: 'constant', initial: 0.3 },
    },
    records,
    seed,
  );
const ALL = await digits('membership');
const rows = (first: number, count: number) =>
  chosenRecords(
    ALL,
    Uint32Array.from({ length: count }, (_, i) => first + i),
  );

const shadowing = (train: Train) => ({ architecture: NETWORK, train, models: MODELS, seed: 'membership' });
const scoreOf = ({ results }: MembershipReport, name: AttackName) => {
  const found = results.find(({ attack }) => attack === name)?.score;
  if (found === undefined) throw new Error(`${name} was not run`);
  return { ...found, atOnePercent: found.ratesAt[1] };
};

function accuracy(parameters: Parameters, records: Records): number {
  const logits = logitsOf(NETWORK, parameters, records);
  const isRight = (label: number, row: number) => {
    const own = logits.subarray(10 * row, 10 * (row + 1));
    return own.indexOf(Math.max(...own)) === label;
  };
  return Array.from(records.labels).filter(isRight).length / records.rows;
}

describe.each([0, 0.2])('without privacy, %d of the labels drawn anew', (share) => {
  const pool = relabelled(rows(0, POOL), share, 'membership');

  it('the network overfits', () => {
    const trained = OVERFITTED(chosenRecords(pool, [...Array(POOL / 2).keys()]), 'one');
    expect(accuracy(trained, chosenRecords(pool, [...Array(POOL / 2).keys()]))).toBeGreaterThan(0.95);
    const others = Uint32Array.from({ length: POOL / 2 }, (_, i) => POOL / 2 + i);
    expect(accuracy(trained, chosenRecords(pool, others))).toBeLessThan(0.95 - share);
  });

  it('LiRA finds five times as many members at 1 % false positives as the loss threshold, and 5 % of them', async () => {
    const { report } = await attackTraining(pool, shadowing(OVERFITTED), TARGETS);
    const [loss, online, offline] = (['loss threshold', 'LiRA online', 'LiRA offline'] as const).map((name) =>
      scoreOf(report, name),
    );
    expect(online.atOnePercent.truePositiveRate.value).toBeGreaterThan(5 * loss.atOnePercent.truePositiveRate.value);
    expect(online.atOnePercent.truePositiveRate.lower).toBeGreaterThan(0.05);
    expect(offline.atOnePercent.truePositiveRate.lower).toBeGreaterThan(loss.atOnePercent.truePositiveRate.upper);
    expect(online.auc.lower).toBeGreaterThan(loss.auc.upper);
  });
});

describe('with ε = 1', () => {
  const budget = { epsilon: 1, delta: 1e-3 };
  const [sampling, epochs, stepsPerEpoch] = [0.25, 10, 4];
  const noiseMultiplier = noiseMultiplierFor(
    budget,
    (z) => [
      {
        ...{ kind: 'sampled gaussian', what: 'gradient steps', data: 'train', rate: sampling, overflow: 0 },
        ...{ noiseMultiplier: z, count: epochs * stepsPerEpoch },
      },
    ],
    { records: 1, neighbours: 'add-or-remove' },
  );
  const train: Train = (records, seed) =>
    trainPrivately(
      NETWORK,
      {
        ...{ epochs, stepsPerEpoch, sampling, noiseMultiplier, l2: 0, initial: 'he' },
        ...{ expectedBatch: (POOL / 2) * sampling, clip: 1, optimiser: { type: 'sgd' } as const },
        learningRate: { schedule: 'constant', initial: 1 },
      },
      records,
      seed,
    );

  it('no attack finds more than the budget leaves', async () => {
    const { report } = await attackTraining(relabelled(rows(0, POOL), 0.2, 'membership'), shadowing(train), TARGETS);
    for (const { attack, score } of report.results) {
      expect(score.auc.lower, attack).toBeLessThan(mostArea(budget));
      for (const { truePositiveRate, falsePositiveRate } of score.ratesAt) {
        expect(truePositiveRate.lower, attack).toBeLessThan(mostTruePositives(falsePositiveRate.upper, budget));
      }
    }
    // Next to chance, which is 1 %; without privacy it is 27 %.
    expect(scoreOf(report, 'LiRA online').atOnePercent.truePositiveRate.upper).toBeLessThan(0.03);
  });

  it.each(['mislabelled', 'random'] as const)('%s canaries prove no more than the accountant has', (kind) => {
    const setting = {
      ...{ architecture: NETWORK, records: rows(0, POOL / 2), seed: 'canaries', guesses: [50, 100, 200] },
      ...{
        canaries: canariesOf(rows(POOL, POOL), NETWORK, kind, 200, 'canaries'),
        level: { delta: 1e-3, confidence: 0.95 },
      },
    };
    const found = auditOneRun({ ...setting, train, accounted: budget.epsilon });
    expect(found.lowerBound).toBeLessThan(budget.epsilon);
    // The same canaries see through a training that only claims to be private.
    expect(() => auditOneRun({ ...setting, train: OVERFITTED, accounted: budget.epsilon })).toThrow('the audit found');
  });
});
