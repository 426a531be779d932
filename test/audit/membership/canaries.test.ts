/** Canaries in one training: they betray one that learns by heart, and a private one stays within its budget. */

import { describe, expect, it } from 'vitest';
import {
  auditOneRun,
  type CanaryKind,
  canariesOf,
  type OneRunSetting,
} from '../../../src/audit/membership/canaries.ts';
import { trainPlainly } from '../../../src/audit/models/plain-training.ts';
import { trainPrivately } from '../../../src/audit/models/private-training.ts';
import { layersOf } from '../../../src/graph/layers/short-form.ts';
import { noiseMultiplierFor } from '../../../src/privacy/accounting/calibration.ts';
import { clouds, SMALL } from '../statistics/clouds.ts';

const SOURCE = clouds(120, 0, 'source');
const RECORDS = clouds(60, 0, 'records');
const DESCENT = {
  l2: 0,
  optimiser: { type: 'sgd' },
  initial: 'he',
  learningRate: { schedule: 'constant', initial: 0.3 },
} as const;
const WIDE = { ...SMALL, layers: layersOf({ hidden: [64], activation: 'relu' }) };
const LEVEL = { delta: 1e-4, confidence: 0.95 };

const setting = (kind: CanaryKind): OneRunSetting => ({
  architecture: WIDE,
  records: RECORDS,
  canaries: canariesOf(SOURCE, WIDE, kind, 60, 'canaries'),
  train: (records, seed) => trainPlainly(WIDE, { ...DESCENT, epochs: 300, batch: 10 }, records, seed),
  ...{ seed: 'run', guesses: [30, 60], level: LEVEL },
});

describe('canaries', () => {
  it('are real features under another label, half of them in the training', () => {
    const { records, included } = canariesOf(SOURCE, SMALL, 'mislabelled', 100, 's');
    const row = (of: Float64Array, i: number) => of.slice(4 * i, 4 * i + 4).join();
    const labels = new Map(Array.from(SOURCE.labels, (label, i) => [row(SOURCE.features, i), label]));
    records.labels.forEach((label, i) => {
      expect(labels.get(row(records.features, i))).toBeDefined();
      expect(label).not.toBe(labels.get(row(records.features, i)));
    });
    // Five deviations of a hundred coins.
    expect(Math.abs(included.reduce((sum, bit) => sum + bit, 0) - 50)).toBeLessThan(25);
  });

  it('are features that occur, in no real combination', () => {
    const { records } = canariesOf(SOURCE, SMALL, 'random', 500, 's');
    const columns = Array.from({ length: 4 }, (_, j) => new Set(SOURCE.features.filter((_, i) => i % 4 === j)));
    expect(records.features.every((value, i) => columns[i % 4].has(value))).toBe(true);
    expect(new Set(records.labels)).toEqual(new Set([0, 1, 2]));
  });

  it('have other records to be made of, each once', () => {
    expect(() => canariesOf(SOURCE, SMALL, 'mislabelled', 121, 's')).toThrow('121 canaries');
  });
});

describe('the audit of one run', () => {
  it.each(['mislabelled', 'random'] as const)('finds out a training that learns by heart, by %s ones', (kind) => {
    const found = auditOneRun(setting(kind));
    expect(found.lowerBound).toBeGreaterThan(0.8);
    expect(found.outcomes.map(({ guessed }) => guessed)).toEqual([30, 60]);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('fails where the accountant promised less', () => {
    expect(() => auditOneRun({ ...setting('mislabelled'), accounted: 0.5 })).toThrow(
      expect.objectContaining({ code: 'TREFOIL_AUDIT' }),
    );
  });

  it('finds a private training within its budget', () => {
    const [epsilon, sampling, epochs, stepsPerEpoch] = [1, 0.25, 10, 4];
    const noiseMultiplier = noiseMultiplierFor(
      { epsilon, delta: LEVEL.delta },
      (z) => [
        {
          ...{ kind: 'sampled gaussian', what: 'steps', data: 'train', rate: sampling, overflow: 0 },
          ...{ count: epochs * stepsPerEpoch, noiseMultiplier: z },
        },
      ],
      { records: 1, neighbours: 'add-or-remove' },
    );
    const training = { ...DESCENT, epochs, stepsPerEpoch, sampling, expectedBatch: 22, clip: 1, noiseMultiplier };
    const found = auditOneRun({
      ...setting('mislabelled'),
      train: (records, seed) => trainPrivately(WIDE, training, records, seed),
      accounted: epsilon,
    });
    expect(found.upperBound).toBe(epsilon);
    expect(found.lowerBound).toBeLessThan(0.5);
  });

  it('cannot guess more coins than there are', () => {
    expect(() => auditOneRun({ ...setting('mislabelled'), guesses: [61] })).toThrow('coins');
  });
});
