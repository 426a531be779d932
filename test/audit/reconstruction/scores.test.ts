/** What reconstructions are scored by: matching, PSNR, SSIM; and the labels that an update tells. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draws } from '../../../src/audit/models/draws.ts';
import { meanGradient } from '../../../src/audit/models/gradient.ts';
import { initialParameters } from '../../../src/audit/models/network.ts';
import { cheapestAssignment } from '../../../src/audit/reconstruction/assignment.ts';
import { scaleOf } from '../../../src/audit/reconstruction/attacked-batches.ts';
import {
  figuresOf,
  scoreReconstruction,
  structuralSimilarity,
} from '../../../src/audit/reconstruction/reconstruction-scores.ts';
import { meanAnswer, recoveredLabels } from '../../../src/audit/reconstruction/recovered-labels.ts';
import type { Architecture } from '../../../src/graph/mlp.ts';
import { clouds, SMALL } from '../statistics/clouds.ts';

const orders = (n: number): number[][] =>
  n === 0
    ? [[]]
    : orders(n - 1).flatMap((order) => Array.from({ length: n }, (_, at) => order.toSpliced(at, 0, n - 1)));

describe('matching', () => {
  it('is as cheap as the cheapest of all', () => {
    const matrix = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(matrix, (costs) => {
        const found = cheapestAssignment(costs);
        expect(new Set(found).size).toBe(costs.length);
        const cost = (columns: readonly number[]) => costs.reduce((sum, row, i) => sum + row[columns[i]], 0);
        expect(cost(found)).toBe(Math.min(...orders(5).map(cost)));
      }),
    );
  });
});

describe('scores', () => {
  const scale = scaleOf(4, [0, 2]);
  const truth = Float64Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 0, 2, 0);

  it('find records in another order', () => {
    const [first, second, third] = scoreReconstruction(
      truth,
      Float64Array.of(2, 0, 2, 0, 0, 0, 0, 0.2, 1, 1, 1, 1),
      scale,
    );
    expect([first, second, third].map(({ reconstruction }) => reconstruction)).toEqual([1, 2, 0]);
    // A mean square of 0.01, of a peak of 2.
    expect(first.psnr).toBeCloseTo(10 * Math.log10(4 / 0.01), 10);
    expect(first.largestError).toBe(0.2);
    expect(third).toMatchObject({ psnr: 300, largestError: 0 });
  });

  it('count what is missing as not found', () => {
    const scores = scoreReconstruction(truth, Float64Array.of(2, 0, 2, 0.000001), scale);
    expect(scores.map(({ reconstruction }) => reconstruction)).toEqual([undefined, undefined, 0]);
    const { recognised, exact, featureError } = figuresOf(scores, scale);
    expect(recognised.value).toBe(1 / 3);
    expect(exact.value).toBe(1 / 3);
    expect(featureError).toBeCloseTo(Math.sqrt((4 + 4 + 1e-12 / 4) / 3), 12);
  });

  it('know a picture from its negative', () => {
    const picture = Float64Array.from({ length: 64 }, (_, i) => (i % 8) / 7);
    expect(structuralSimilarity(picture, picture, 1)).toBeCloseTo(1, 12);
    expect(
      structuralSimilarity(
        picture,
        picture.map((x) => 1 - x),
        1,
      ),
    ).toBeLessThan(-0.9);
  });
});

describe('labels', () => {
  it.each(['softmax', 'sigmoid'] as const)('are read off the last bias, of %s', (output) => {
    const architecture: Architecture = { ...SMALL, output, outputs: output === 'softmax' ? SMALL.outputs : 1 };
    const all = clouds(12, 0, 'labels');
    const records = { ...all, labels: all.labels.map((label) => (output === 'softmax' ? label : label % 2)) };
    const parameters = initialParameters(architecture, 'he', new Draws('labels', 'network'));
    const { bias } = meanGradient(architecture, parameters, records)[parameters.length - 1];
    const found = recoveredLabels(architecture, bias, records.rows, meanAnswer(architecture, parameters, records));
    expect([...found].sort()).toEqual([...records.labels].sort());
  });
});
