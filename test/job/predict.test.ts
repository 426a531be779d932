import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJob } from '../../src/job/file/job-file.ts';
import type { Layer, Model } from '../../src/job/model/model-file.ts';
import { predictRows } from '../../src/job/model/predict.ts';
import { digits, layer, logistic, logisticScaling, network } from './models.ts';

const columns = logistic.features.length;
const one = (model: Model, row: Float64Array) => [...predictRows(model, row, 1).values];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The outputs of one layer, by the definition. */
const apply = ({ inputs, outputs, weights, bias }: Layer, row: readonly number[]) =>
  Array.from({ length: outputs }, (_, j) => {
    const terms = Array.from({ length: inputs }, (_, i) => row[i] * weights[i * outputs + j]);
    return terms.reduce((sum, term) => sum + term, bias[j]);
  });

describe('predictRows of a logistic regression', () => {
  const folded = (row: ArrayLike<number>) => {
    if (logistic.type !== 'logistic') throw new Error('not logistic');
    return sigmoid(logistic.weights.reduce((sum, weight, j) => sum + weight * row[j], logistic.bias));
  };
  /** A row of the given standardised values. */
  const raw = (values: readonly number[]) =>
    Float64Array.from(values, (value, j) => logisticScaling.centre[j] + value * logisticScaling.scale[j]);
  const rowWithin = (bound: number) =>
    fc.array(fc.double({ min: -bound, max: bound, noNaN: true }), { minLength: columns, maxLength: columns });

  it('agrees with the folded weights where nothing is clipped', () => {
    fc.assert(
      fc.property(rowWithin(2.99), (values) => {
        const row = raw(values);
        // 31 terms below 5 in size, each rounded a few times to 2⁻⁵³: an error below 1e-13 in a logit, a quarter of that here.
        expect(Math.abs(one(logistic, row)[0] - folded(row))).toBeLessThan(1e-13);
      }),
    );
  });

  it('clips as training did', () => {
    const at = (value: number) => raw(Array.from({ length: columns }, () => value));
    expect(one(logistic, at(50))[0]).toBeCloseTo(one(logistic, at(3))[0], 14);
    expect(one(logistic, at(-50))[0]).toBeCloseTo(one(logistic, at(-3))[0], 14);
  });

  it('takes many rows, or none', () => {
    const values = Array.from({ length: columns }, (_, j) => Math.sin(j));
    const [a, b] = [raw(values), raw(values.map((value) => -value))];
    const both = predictRows(logistic, Float64Array.of(...a, ...b), 2);
    expect(both.columns).toEqual(['malignant_probability']);
    expect([...both.values]).toEqual([...one(logistic, a), ...one(logistic, b)]);
    expect(predictRows(logistic, new Float64Array(0), 0).values).toHaveLength(0);
  });

  it('refuses rows of another width', () => {
    expect(() => predictRows(logistic, new Float64Array(31), 1)).toThrow(
      '1 rows of 30 features are 30 numbers, not 31',
    );
  });
});

describe('predictRows of a network', () => {
  const pixels = fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 64, maxLength: 64 });

  it('gives the probability of every class, as the layers on raw features do', () => {
    fc.assert(
      fc.property(pixels, (row) => {
        const { columns, values } = predictRows(digits, Float64Array.from(row), 1);
        expect(columns).toEqual(Array.from({ length: 10 }, (_, digit) => `digit_${digit}_probability`));
        const hidden = apply(digits.layers[0], row).map((value) => Math.max(0, value));
        const powers = apply(digits.layers[1], hidden).map(Math.exp);
        const sum = powers.reduce((total, power) => total + power, 0);
        // Hidden values below 65, each rounded 65 times to 2⁻⁵³: errors below 1e-12 in a logit, made of 33 terms.
        values.forEach((value, j) => {
          expect(Math.abs(value - powers[j] / sum)).toBeLessThan(1e-11);
        });
        expect(values.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('clips to the declared range, from 0 up with range-to-unit', () => {
    const at = (value: number) => Float64Array.from({ length: 64 }, () => value);
    expect(one(digits, at(-16))).toEqual(one(digits, at(0)));
    expect(one(digits, at(32))).toEqual(one(digits, at(16)));
  });

  it('survives logits of any size', () => {
    const large = { ...digits, layers: digits.layers.map((one) => ({ ...one, bias: one.bias.map((b) => 1e4 * b) })) };
    const values = one(large, new Float64Array(64));
    expect(Math.max(...values)).toBe(1);
    expect(values.every((value) => value >= 0)).toBe(true);
  });

  const small = (label: string, output: string) =>
    parseJob(
      `trefoil: 1
name: small
trust: dealer
parties: [{ name: a, train: 10, test: 0 }, { name: b, train: 10, test: 0 }, { name: c, train: 10, test: 0 }]
data: { label: y, ${label} features: { x: { count: 2, range: [-4, 12] } }, standardise: range }
model: { type: mlp, hidden: [3], activation: sigmoid, output: ${output} }
training: { epochs: 1, batch: 1, learningRate: 1 }
reveal: { model: [a] }
`,
      '',
    );
  const scaling = { centre: Float64Array.of(4, 4), scale: Float64Array.of(8, 8) };

  it('gives one probability of a binary label, and takes sigmoid layers', () => {
    const model = network(small('', 'sigmoid'), [layer(2, 3), layer(3, 1)], scaling);
    const hidden = apply(model.layers[0], [2, 5]).map(sigmoid);
    const { columns, values } = predictRows(model, Float64Array.of(2, 5), 1);
    expect(columns).toEqual(['y_probability']);
    expect(values[0]).toBeCloseTo(sigmoid(apply(model.layers[1], hidden)[0]), 12);
  });

  it('gives a target in its own units', () => {
    const model = network(small('target: [0, 100],', 'linear'), [layer(2, 3), layer(3, 1)], scaling);
    const hidden = apply(model.layers[0], [2, 5]).map(sigmoid);
    const { weights, bias } = layer(3, 1);
    const trained = apply({ inputs: 3, outputs: 1, weights: [...Array.from(weights)], bias: Array.from(bias) }, hidden);
    const { columns, values } = predictRows(model, Float64Array.of(2, 5), 1);
    expect(columns).toEqual(['y']);
    expect(values[0]).toBeCloseTo(50 + 50 * trained[0], 10);
  });
});
