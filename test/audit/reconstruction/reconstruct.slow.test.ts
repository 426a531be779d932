/** What the audit has to show of federated learning on the optical digits: 64-128-10, three hospitals, all attacks in full; some 4 minutes. */

import { describe, expect, it } from 'vitest';
import { chosenRecords } from '../../../src/audit/models/chosen-records.ts';
import { attackFederated } from '../../../src/audit/reconstruction/reconstruct.ts';
import { perceptron } from '../../../src/graph/mlp.ts';
import { digits } from '../digits.ts';

const ALL = await digits('reconstruction');
const owners = [0, 1, 2].map((owner) =>
  chosenRecords(
    ALL,
    Array.from({ length: 450 }, (_, i) => 450 * owner + i),
  ),
);
const { results, curves } = await attackFederated({
  ...{
    architecture: perceptron({ inputs: 64, hidden: [128], activation: 'relu', output: 'softmax', outputs: 10 }),
    owners,
  },
  ...{ range: [0, 1], featureNames: Array.from({ length: 64 }, (_, i) => `pixel_${i}`), initial: 'he', rate: 0.5 },
  ...{ seed: 'slow', isQuick: false },
});
const score = (attack: string, batch: number) => {
  const found = results.find((result) => result.attack === attack && result.batch === batch);
  if (found === undefined) throw new Error(`${attack} of ${batch} was not run`);
  return found.score;
};

describe('federated learning of 64-128-10', () => {
  it('shows its server all single records', () => {
    expect(score('inverting a FedSGD update', 1).exact.value).toBe(1);
  });

  it('shows its server nine of ten records of a batch of 8, and how that falls with the batch', () => {
    expect(score('inverting a FedSGD update', 8).recognised.value).toBeGreaterThanOrEqual(0.9);
    const curve = curves.find(({ attack }) => attack === 'inverting a FedSGD update');
    expect(curve?.points.map(({ batch }) => batch)).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  it('shows a server that plants weights nine of ten records of a batch of 32', () => {
    expect(score('planted weights', 32).recognised.value).toBeGreaterThanOrEqual(0.9);
  });

  it('shows a participant half of the records of two others, 4 of each', () => {
    expect(score('differencing shared models', 8).recognised.value).toBeGreaterThanOrEqual(0.5);
  });

  it('shows nothing to who only guesses', () => {
    for (const { baselines } of results) {
      for (const baseline of baselines) expect(baseline.score.recognised.value, baseline.name).toBeLessThan(0.1);
    }
  });
});
