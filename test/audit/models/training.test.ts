/** Training in float64: what it learns, that private training is plain training but for clipping, sampling and noise, and how much each of the three does. */

import { describe, expect, it } from 'vitest';
import { lossScores } from '../../../src/audit/membership/loss-threshold.ts';
import { chosenRecords } from '../../../src/audit/models/chosen-records.ts';
import { Draws } from '../../../src/audit/models/draws.ts';
import { initialParameters, logitsOf, named, type Parameters } from '../../../src/audit/models/network.ts';
import { type PlainTraining, trainPlainly } from '../../../src/audit/models/plain-training.ts';
import { type PrivateTraining, trainPrivately } from '../../../src/audit/models/private-training.ts';
import { perceptron } from '../../../src/graph/mlp.ts';
import { clouds, SMALL } from '../statistics/clouds.ts';

const RECORDS = clouds(60, 0, 'training');
const ROWS = RECORDS.rows;
const PLAIN: PlainTraining = {
  ...{ epochs: 30, batch: 20, l2: 0.001, optimiser: { type: 'sgd' }, initial: 'he' },
  learningRate: { schedule: 'cosine', initial: 0.5, final: 0.1 },
};
const PRIVATE: PrivateTraining = {
  ...{ ...PLAIN, stepsPerEpoch: 1, sampling: 1, expectedBatch: ROWS, clip: 1e9, noiseMultiplier: 0 },
};
const ONE_STEP: PrivateTraining = {
  ...PRIVATE,
  epochs: 1,
  l2: 0,
  learningRate: { schedule: 'constant', initial: 0.7 },
};

const numbers = (parameters: Parameters) => [...named(parameters).values()].flatMap((values) => [...values]);
const difference = (a: Parameters, b: Parameters) => {
  const [left, right] = [numbers(a), numbers(b)];
  return left.map((x, i) => x - right[i]);
};
const meanLoss = (parameters: Parameters, architecture = SMALL) => {
  const scores = lossScores(architecture, logitsOf(architecture, parameters, RECORDS), RECORDS.labels);
  return -scores.reduce((sum, score) => sum + score, 0) / ROWS;
};

describe('plain', () => {
  const start = initialParameters(SMALL, 'he', new Draws('s', 'initial parameters'));

  it.each([
    { type: 'sgd' },
    { type: 'momentum', momentum: 0.9, nesterov: true },
    { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-4 },
  ] as const)('learns, with $type', (optimiser) => {
    const initial = optimiser.type === 'sgd' ? 0.5 : 0.05;
    const trained = trainPlainly(
      SMALL,
      { ...PLAIN, optimiser, learningRate: { schedule: 'constant', initial } },
      RECORDS,
      's',
    );
    expect(meanLoss(trained)).toBeLessThan(meanLoss(start) / 2);
  });

  it('is the same for the same seed alone', () => {
    const trained = trainPlainly(SMALL, PLAIN, RECORDS, 's');
    expect(trainPlainly(SMALL, PLAIN, RECORDS, 's')).toEqual(trained);
    expect(trainPlainly(SMALL, PLAIN, RECORDS, 't')).not.toEqual(trained);
  });

  it('begins at 0 without hidden layers, and takes all records where a batch is larger', () => {
    const architecture = { ...SMALL, layers: [], output: 'linear', outputs: 1 } as const;
    expect(new Set(numbers(initialParameters(architecture, 'he', new Draws('s', 'none'))))).toEqual(new Set([0]));
    const rate = { schedule: 'constant', initial: 0.1 } as const;
    const training = { ...PLAIN, epochs: 1, batch: 1000, learningRate: rate, l2: 0 };
    const [{ bias }] = trainPlainly(architecture, training, RECORDS, 's');
    // The gradient of the bias is −mean label from there.
    const mean = RECORDS.labels.reduce((sum, label) => sum + label, 0) / ROWS;
    expect(bias[0]).toBeCloseTo(0.1 * mean, 14);
  });
});

describe('private', () => {
  it('without clipping, sampling and noise is plain training on all rows', () => {
    const plain = trainPlainly(SMALL, { ...PLAIN, batch: ROWS }, RECORDS, 's');
    const steps = difference(trainPrivately(SMALL, PRIVATE, RECORDS, 's'), plain);
    // The order of a sum of 60 rows, over 30 steps.
    expect(Math.max(...steps.map(Math.abs))).toBeLessThan(1e-11);
  });

  it('is changed by one row by at most rate·clip/batch in a step', () => {
    const clipped = { ...ONE_STEP, clip: 0.05 };
    const all = trainPrivately(SMALL, clipped, RECORDS, 's');
    const longest = Array.from({ length: ROWS }, (_, row) => {
      const others = chosenRecords(
        RECORDS,
        [...RECORDS.labels.keys()].filter((i) => i !== row),
      );
      return Math.hypot(...difference(all, trainPrivately(SMALL, clipped, others, 's')));
    });
    const bound = (0.7 * clipped.clip) / ROWS;
    for (const change of longest) expect(change).toBeLessThan(bound * (1 + 1e-9));
    // All of these gradients are longer than 0.05.
    expect(Math.min(...longest)).toBeGreaterThan(bound * (1 - 1e-9));
  });

  it.each([{ type: 'sgd' }, { type: 'momentum', momentum: 0, nesterov: false }] as const)(
    'adds noise of rate·clip/batch times the multiplier to every parameter, with $type',
    (optimiser) => {
      const setting = { ...ONE_STEP, clip: 0.05, optimiser };
      const still = trainPrivately(SMALL, setting, RECORDS, 's');
      const unit = (0.7 * 0.05 * 3) / ROWS;
      const noise = Array.from({ length: 40 }, (_, i) => {
        const begun = trainPrivately(SMALL, { ...setting, noiseMultiplier: 3 }, RECORDS, `s${i}`);
        const silent = trainPrivately(SMALL, setting, RECORDS, `s${i}`);
        return difference(begun, silent).map((x) => x / unit);
      }).flat();
      expect(numbers(still).length).toBe(195);
      const mean = noise.reduce((sum, x) => sum + x, 0) / noise.length;
      const variance = noise.reduce((sum, x) => sum + x * x, 0) / noise.length;
      // 7,800 normal numbers: five deviations.
      expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(noise.length));
      expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / noise.length));
    },
  );

  it('takes each row at the rate of the job', () => {
    // One feature that is 1, a gradient of −1 for each row: the step counts the rows.
    const architecture = perceptron({ inputs: 1, hidden: [], activation: 'relu', output: 'linear', outputs: 1 });
    const records = { features: new Float64Array(200), labels: new Float64Array(200).fill(1), rows: 200, columns: 1 };
    const setting = {
      ...ONE_STEP,
      sampling: 0.3,
      expectedBatch: 1,
      learningRate: { schedule: 'constant', initial: 1 },
    } as const;
    const counts = Array.from(
      { length: 400 },
      (_, i) => trainPrivately(architecture, setting, records, `${i}`)[0].bias[0],
    );
    const mean = counts.reduce((sum, x) => sum + x, 0) / counts.length;
    const variance = counts.reduce((sum, x) => sum + (x - mean) ** 2, 0) / counts.length;
    expect(Math.abs(mean - 60)).toBeLessThan(5 * Math.sqrt(42 / counts.length));
    expect(Math.abs(variance / 42 - 1)).toBeLessThan(5 * Math.sqrt(2 / counts.length));
  });

  it('takes each row once an epoch in a public order', () => {
    const architecture = perceptron({ inputs: 1, hidden: [], activation: 'relu', output: 'linear', outputs: 1 });
    const records = { features: new Float64Array(60), labels: new Float64Array(60).fill(1), rows: 60, columns: 1 };
    const batches = { stepsPerEpoch: 3, expectedBatch: 20, sampling: 'public' } as const;
    const setting = { ...ONE_STEP, ...batches, learningRate: { schedule: 'constant', initial: 1e-6 } } as const;
    // Three steps of 20 rows, each with a gradient of −1 but for what the bias has become, 3e-6 at the most.
    expect(trainPrivately(architecture, setting, records, 's')[0].bias[0] / 3e-6).toBeCloseTo(1, 5);
    const fewer = { ...setting, expectedBatch: 25 };
    // 25, 25 and the 10 that are left, over 25.
    expect(trainPrivately(architecture, fewer, records, 's')[0].bias[0] / 2.4e-6).toBeCloseTo(1, 5);
  });

  it('moves by noise alone where a step has no row', () => {
    const none = { ...ONE_STEP, sampling: 1e-12 };
    const start = initialParameters(SMALL, 'he', new Draws('s', 'initial parameters'));
    expect(difference(trainPrivately(SMALL, none, RECORDS, 's'), start).every((x) => x === 0)).toBe(true);
  });
});
