/**
 * What a model file holds, as layers on standardised features, whatever its type.
 * @module
 */
import type { Parameters } from '../../audit/models/network.ts';
import { invariant } from '../../errors.ts';
import { type Architecture, perceptron } from '../../graph/mlp.ts';
import { type Model, networkOf } from './model-file.ts';

export interface TrainedModel {
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  /** What a standardised feature is clipped to. */
  readonly smallest: number;
  readonly largest: number;
}

type Written = readonly { readonly weights: readonly number[]; readonly bias: readonly number[] }[];

const inLayers = (layers: Written): Parameters =>
  layers.map(({ weights, bias }) => ({ weights: Float64Array.from(weights), bias: Float64Array.from(bias) }));

const READERS: { readonly [T in Model['type']]: (model: Extract<Model, { type: T }>) => TrainedModel } = {
  logistic({ features, standardised: { weights, bias, clip } }) {
    const ends = { inputs: features.length, output: 'sigmoid', outputs: 1 } as const;
    return {
      architecture: perceptron({ ...ends, hidden: [], activation: 'relu' }),
      parameters: inLayers([{ weights, bias: [bias] }]),
      ...{ smallest: -clip, largest: clip },
    };
  },
  mlp({ features, activation, output, layers, standardised }) {
    const hidden = layers.slice(0, -1).map(({ outputs }) => outputs);
    const ends = { inputs: features.length, output, outputs: layers.at(-1)?.outputs ?? 1 };
    const { smallest, largest } = standardised;
    return {
      architecture: perceptron({ ...ends, hidden, activation }),
      parameters: inLayers([standardised, ...layers.slice(1)]),
      ...{ smallest, largest },
    };
  },
  network(model) {
    const architecture = networkOf(model);
    invariant(architecture !== undefined, 'a model that was read has layers that fit');
    const { smallest, largest } = model.standardised;
    return { architecture, parameters: inLayers(model.parameters), smallest, largest };
  },
};

export function trainedOf(model: Model): TrainedModel {
  const read: (model: never) => TrainedModel = READERS[model.type];
  return read(model as never);
}
