/**
 * Applying a model to raw features.
 * @module
 */

import { logitsOf, type Parameters } from '../../audit/models/network.ts';
import { standardise } from '../../data/standardise.ts';
import { invariant, TrefoilError } from '../../errors.ts';
import type { AnyArchitecture } from '../../graph/mlp.ts';
import { type Model, networkOf } from './model-file.ts';

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
  const { smallest, largest } = boundsOf(model);
  const scaling = {
    centre: Float64Array.from(model.standardised.centre),
    scale: Float64Array.from(model.standardised.scale),
  };
  const standardised = standardise({ features, columns: width }, scaling, largest, smallest);
  const output = model.type === 'logistic' ? 'sigmoid' : model.output;
  return { columns: columnsOf(model), values: OUTPUTS[output](logitsOfModel(model, standardised, rows), rows) };
}

/** What a standardised feature is clipped to. */
function boundsOf({ type, standardised }: Model) {
  return type === 'logistic' ? { smallest: -standardised.clip, largest: standardised.clip } : standardised;
}

/** Rows whose logits are computed at once. */
const ROWS_AT_ONCE = 256;

/** What comes before the last activation, of standardised features. */
function logitsOfModel(model: Model, features: Float64Array, rows: number): Float64Array {
  const { architecture, parameters } = trainedOf(model);
  const logits = new Float64Array(rows * architecture.outputs);
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - first);
    const part = features.subarray(first * architecture.inputs, (first + count) * architecture.inputs);
    logits.set(logitsOf(architecture, parameters, { features: part, rows: count }), first * architecture.outputs);
  }
  return logits;
}

/** Every kind of model as layers on standardised features. */
function trainedOf(model: Model): { readonly architecture: AnyArchitecture; readonly parameters: Parameters } {
  const inputs = model.features.length;
  const inLayers = (layers: readonly { readonly weights: readonly number[]; readonly bias: readonly number[] }[]) =>
    layers.map(({ weights, bias }) => ({ weights: Float64Array.from(weights), bias: Float64Array.from(bias) }));
  if (model.type === 'logistic') {
    const { weights, bias } = model.standardised;
    const architecture = { inputs, hidden: [], activation: 'relu', output: 'sigmoid', outputs: 1 } as const;
    return { architecture, parameters: inLayers([{ weights, bias: [bias] }]) };
  }
  if (model.type === 'network') {
    const architecture = networkOf(model);
    invariant(architecture !== undefined, 'a model that was read has layers that fit');
    return { architecture, parameters: inLayers(model.parameters) };
  }
  const { activation, output, layers, standardised } = model;
  const hidden = layers.slice(0, -1).map(({ outputs }) => outputs);
  const outputs = layers.at(-1)?.outputs ?? 1;
  return {
    architecture: { inputs, hidden, activation, output, outputs },
    parameters: inLayers([standardised, ...layers.slice(1)]),
  };
}

function columnsOf(model: Model): string[] {
  const { label } = model;
  if (model.type !== 'logistic' && model.output === 'linear') return [label];
  const classes = model.type === 'logistic' ? undefined : model.classes;
  return classes?.map((name) => `${label}_${name}_probability`) ?? [`${label}_probability`];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

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
