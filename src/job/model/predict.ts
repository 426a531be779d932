/**
 * Applying a model to raw features.
 * @module
 */

import { standardise } from '../../data/standardise.ts';
import { TrefoilError } from '../../errors.ts';
import type { Mlp, Model } from './model-file.ts';

/** What a model says of rows: a column of numbers for each of its outputs. */
export interface Predictions {
  /** `digit_0_probability`, …; `malignant_probability`; or the label itself, where the model gives its value. */
  readonly columns: readonly string[];
  /** Row-major, rows × columns. */
  readonly values: Float64Array;
}

/** Predictions from raw features (row-major, rows × features): standardised and clipped as in training. */
export function predictRows(model: Model, features: Float64Array, rows: number): Predictions {
  const width = model.features.length;
  if (features.length !== rows * width) {
    throw new TrefoilError(
      'TREFOIL_USAGE',
      `${rows} rows of ${width} features are ${rows * width} numbers, not ${features.length}`,
    );
  }
  const network = networkOf(model);
  const { smallest, largest } = network;
  const scaling = {
    centre: Float64Array.from(model.standardised.centre),
    scale: Float64Array.from(model.standardised.scale),
  };
  const logits = logitsOf(network, standardise({ features, columns: width }, scaling, largest, smallest), rows);
  return { columns: columnsOf(model), values: OUTPUTS[network.output](logits, rows) };
}

/** A layer of a model file or of a run. */
interface Weighted {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

/** What comes before the last activation, of standardised features. */
export function logitsOf(
  { activation, layers }: { readonly activation: Mlp['activation']; readonly layers: readonly Weighted[] },
  features: Float64Array,
  rows: number,
): Float64Array {
  return layers.reduce(
    (values, layer, i) => applied(layer, i > 0 ? values.map(ACTIVATIONS[activation]) : values, rows),
    features,
  );
}

/** Both kinds of models as layers on standardised features. */
interface Network extends Pick<Mlp, 'activation' | 'output' | 'layers'> {
  readonly smallest: number;
  readonly largest: number;
}

function networkOf(model: Model): Network {
  if (model.type === 'logistic') {
    const { weights, bias, clip } = model.standardised;
    const layer = { inputs: weights.length, outputs: 1, weights, bias: [bias] };
    return { activation: 'relu', output: 'sigmoid', layers: [layer], smallest: -clip, largest: clip };
  }
  const { activation, output, layers, standardised } = model;
  const { weights, bias, smallest, largest } = standardised;
  return { activation, output, layers: [{ ...layers[0], weights, bias }, ...layers.slice(1)], smallest, largest };
}

function columnsOf(model: Model): string[] {
  const { label } = model;
  if (model.type === 'mlp' && model.output === 'linear') return [label];
  const classes = model.type === 'mlp' ? model.classes : undefined;
  return classes?.map((name) => `${label}_${name}_probability`) ?? [`${label}_probability`];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const ACTIVATIONS = { relu: (x: number) => Math.max(0, x), sigmoid };

const OUTPUTS = {
  sigmoid: (logits: Float64Array) => logits.map(sigmoid),
  linear: (values: Float64Array) => values,
  softmax: (logits: Float64Array, rows: number) => {
    const classes = logits.length / rows;
    for (let start = 0; start < logits.length; start += classes) {
      const row = logits.subarray(start, start + classes);
      const largest = row.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
      const powers = row.map((logit) => Math.exp(logit - largest));
      const sum = powers.reduce((total, power) => total + power, 0);
      row.set(powers.map((power) => power / sum));
    }
    return logits;
  },
};

function applied({ inputs, outputs, weights, bias }: Weighted, values: Float64Array, rows: number): Float64Array {
  const sums = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const sum = sums.subarray(row * outputs, (row + 1) * outputs);
    sum.set(bias);
    for (let i = 0; i < inputs; i++) {
      const value = values[row * inputs + i];
      for (let j = 0; j < outputs; j++) sum[j] += value * weights[i * outputs + j];
    }
  }
  return sums;
}
