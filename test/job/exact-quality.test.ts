/** The AUC in the clear is exact: that of all pairs, whatever the logits are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJob } from '../../src/job/file/job-file.ts';
import { ownerInputs } from '../../src/job/node/owner.ts';
import { withExactValues } from '../../src/job/rehearsal/exact-quality.ts';
import { exactAuc } from '../../src/plan/outputs/metrics/exact-auc.ts';

function ofAllPairs(logits: readonly number[], labels: readonly number[]): number | null {
  const of = (label: number) => logits.filter((_, i) => labels[i] === label);
  const pairs = of(1).flatMap((z) => of(0).map((other) => (z > other ? 1 : z === other ? 0.5 : 0)));
  return pairs.length === 0 ? null : pairs.reduce((sum: number, pair) => sum + pair, 0) / pairs.length;
}

it('is that of all pairs, with ties and beyond what buckets reach', () => {
  const logit = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.tuple(logit, fc.constantFrom(0, 1)), { maxLength: 40 }), (rows) => {
      const [logits, labels] = [0, 1].map((i) => rows.map((row) => row[i]));
      const auc = exactAuc(Float64Array.from(logits), Float64Array.from(labels));
      const expected = ofAllPairs(logits, labels);
      if (expected === null) expect(auc).toBeNull();
      else expect(auc).toBeCloseTo(expected, 12);
    }),
  );
});

describe('of a model in the clear', () => {
  const rows = 6000;
  const job = parseJob(
    JSON.stringify({
      trefoil: 1,
      name: 'auc',
      trust: 'dealer',
      parties: ['a', 'b', 'c'].map((name) => ({ name, train: 20, test: rows / 3 })),
      data: { label: 'y', features: { x: [-1, 1] }, standardise: 'range' },
      model: { type: 'mlp', hidden: [2], output: 'sigmoid' },
      training: { epochs: 1, batch: 20, learningRate: 0.1 },
      reveal: { model: ['a'], metrics: { auc: ['a'] } },
    }),
    '',
  );
  const features = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
  const labels = features.map((x, i) => (x + Math.sin(7 * i) > 0 ? 1 : 0));
  const inputs = ownerInputs(job, { test: { features, labels, rows, columns: 1 } });

  it.each([1e-9, 1, 1e4])('it takes the place of one that has an error: weights of %d', (size) => {
    // A ReLU and its opposite: the logit is size²·x.
    const model = { 'weights 1': [size, -size], 'bias 1': [0, 0], 'weights 2': [size, -size], 'bias 2': [0] };
    const revealed = new Map(Object.entries(model).map(([name, values]) => [name, Float64Array.from(values)]));
    const { auc, ...more } = withExactValues(job, { accuracy: 0.7, auc: 0.5, aucError: 0.5 }, revealed, inputs);
    expect(more).toEqual({ accuracy: 0.7 });
    expect(auc).toBe(exactAuc(features, labels));
    expect(auc).toBeGreaterThan(0.7);
  });

  it('an exact one stays', () => {
    expect(withExactValues(job, { auc: 0.5 }, new Map(), inputs)).toEqual({ auc: 0.5 });
  });
});
