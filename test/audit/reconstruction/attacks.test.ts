/** What federated learning gives away of handwritten digits: to its server, to one that plants weights, and to who takes part. */

import { describe, expect, it } from 'vitest';
import { chosenRecords, joinedRecords } from '../../../src/audit/models/chosen-records.ts';
import { Draws } from '../../../src/audit/models/draws.ts';
import { meanGradient } from '../../../src/audit/models/gradient.ts';
import { initialParameters } from '../../../src/audit/models/network.ts';
import { attackUpdate } from '../../../src/audit/reconstruction/attack-update.ts';
import { scaleOf } from '../../../src/audit/reconstruction/attacked-batches.ts';
import { federatedRounds } from '../../../src/audit/reconstruction/federated.ts';
import { othersGradient } from '../../../src/audit/reconstruction/participant.ts';
import { plantedModel, recoverPlanted } from '../../../src/audit/reconstruction/planted-weights.ts';
import { figuresOf, scoreReconstruction } from '../../../src/audit/reconstruction/reconstruction-scores.ts';
import { layersOf } from '../../../src/graph/layers/short-form.ts';
import { type Architecture, perceptron } from '../../../src/graph/mlp.ts';
import { digits } from '../digits.ts';

const ALL = await digits('reconstruction');
const OWNERS = [0, 1, 2].map((owner) =>
  chosenRecords(
    ALL,
    Array.from({ length: 200 }, (_, i) => 200 * owner + i),
  ),
);
const NETWORK: Architecture = perceptron({
  inputs: 64,
  hidden: [128],
  activation: 'relu',
  output: 'softmax',
  outputs: 10,
});
const LOGISTIC: Architecture = perceptron({
  inputs: 64,
  hidden: [],
  activation: 'relu',
  output: 'sigmoid',
  outputs: 1,
});
const STEP = { rounds: 1, localSteps: 1, localRecords: 'same', rate: 0.1, initial: 'he' } as const;
const attack = { range: [0, 1], isQuick: false, seed: 'attack' } as const;
const scale = scaleOf(64, [0, 1]);
const figures = (truth: Float64Array, reconstructed: Float64Array) =>
  figuresOf(scoreReconstruction(truth, reconstructed, scale), scale);

describe('a server', () => {
  it.each([
    ['logistic regression', LOGISTIC],
    ['the first dense layer', NETWORK],
    ['a layer of sigmoids', { ...NETWORK, layers: layersOf({ hidden: [128], activation: 'sigmoid' }) }],
  ] as const)('has single records exactly, of %s', (_, architecture) => {
    const isBinary = architecture.outputs === 1;
    const [owner] = OWNERS.map((all) => ({
      ...all,
      labels: all.labels.map((label) => (isBinary ? label % 2 : label)),
    }));
    const rounds = [...federatedRounds(architecture, { ...STEP, rounds: 30, batch: 1 }, [owner], 'singles')];
    for (const { global, updates, taken } of rounds) {
      const { exact } = figures(taken[0].features, attackUpdate(architecture, global, updates[0], 1, attack));
      expect(exact.value).toBe(1);
    }
  });

  it('has nine of ten records of a batch of 8 recognisably', () => {
    for (const { global, updates, taken } of federatedRounds(NETWORK, { ...STEP, batch: 8 }, [OWNERS[0]], 'eight')) {
      const { recognised } = figures(taken[0].features, attackUpdate(NETWORK, global, updates[0], 8, attack));
      expect(recognised.value).toBeGreaterThanOrEqual(0.9);
    }
  });

  it('has most of a batch of 8 after local steps, too', () => {
    const averaging = { ...STEP, batch: 8, localSteps: 4, rate: 0.02 };
    for (const { global, updates, taken } of federatedRounds(NETWORK, averaging, [OWNERS[0]], 'averaging')) {
      const { recognised } = figures(taken[0].features, attackUpdate(NETWORK, global, updates[0], 8, attack));
      expect(recognised.value).toBeGreaterThan(0.5);
    }
  });

  it('that plants weights has nine of ten records of a batch of 32', () => {
    const model = plantedModel(NETWORK, OWNERS[1], 2, new Draws('planted', 'directions'));
    const training = { ...STEP, batch: 32 };
    for (const { updates, taken } of federatedRounds(NETWORK, training, [OWNERS[0]], 'planted', model.parameters)) {
      const { exact } = figures(taken[0].features, recoverPlanted(NETWORK, model, updates[0][0], 32));
      expect(exact.value).toBeGreaterThanOrEqual(0.9);
    }
  });
});

describe('a participant', () => {
  it('has half of the records of two others, of 4 each', () => {
    for (const { global, next, updates, taken } of federatedRounds(NETWORK, { ...STEP, batch: 4 }, OWNERS, 'three')) {
      const own = updates[0];
      const gradient = othersGradient({ before: global, after: next, own, owners: 3, rate: STEP.rate });
      const truth = joinedRecords(taken[1], taken[2]);
      const { recognised } = figures(truth.features, attackUpdate(NETWORK, global, gradient, 8, attack));
      expect(recognised.value).toBeGreaterThanOrEqual(0.5);
    }
  });

  it('knows the mean gradient of the others', () => {
    for (const { global, next, updates, taken } of federatedRounds(NETWORK, { ...STEP, batch: 4 }, OWNERS, 'three')) {
      const found = othersGradient({ before: global, after: next, own: updates[0], owners: 3, rate: STEP.rate });
      const expected = meanGradient(NETWORK, global, joinedRecords(taken[1], taken[2]));
      found.forEach(({ weights, bias }, layer) => {
        const difference = [
          ...weights.map((x, i) => x - expected[layer].weights[i]),
          ...bias.map((x, i) => x - expected[layer].bias[i]),
        ];
        // Weights below 1 in steps of 0.1: float64's 1e-16, divided by the rate, some times over.
        expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-13);
      });
    }
  });
});

describe('an update that is none', () => {
  const kinds: readonly Architecture[] = [
    { ...NETWORK, layers: layersOf({ hidden: [16], activation: 'relu' }) },
    { ...NETWORK, layers: layersOf({ hidden: [16], activation: 'sigmoid' }) },
    { ...LOGISTIC, layers: layersOf({ hidden: [8, 8], activation: 'relu' }) },
    LOGISTIC,
    { ...LOGISTIC, output: 'linear' },
  ];
  const draws = new Draws('garbage', 'values');

  it.each([
    ['noise', (): number => draws.gaussian()],
    ['huge numbers', (): number => 2 ** 60 * draws.gaussian()],
    ['nothing', (): number => 0],
  ] as const)('but %s ends in records within the range', (_, value) => {
    for (const architecture of kinds) {
      const parameters = initialParameters(architecture, 'he', draws);
      const update = parameters.map(({ weights, bias }) => ({ weights: weights.map(value), bias: bias.map(value) }));
      for (const rows of [1, 4]) {
        const found = attackUpdate(architecture, parameters, update, rows, { ...attack, isQuick: true });
        expect(found.length).toBe(64 * rows);
        expect(found.every((x) => x >= 0 && x <= 1)).toBe(true);
      }
    }
  });
});
