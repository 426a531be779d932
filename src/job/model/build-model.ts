/**
 * From what training gave to the content of a model file.
 * @module
 */

import { targetScaling } from '../../data/labels.ts';
import type { Scaling } from '../../data/standardise.ts';
import { writtenFeatures } from '../../encoding/feature-schema.ts';
import { invariant } from '../../errors.ts';
import type { Job } from '../file/job.ts';
import { writtenLayer } from '../file/layer-schema.ts';
import type { JobDigests } from '../file/planned-job.ts';
import type { Layer, Model } from './model-file.ts';

/** Parameters of one layer. */
export interface TrainedLayer {
  /** Row-major, inputs × outputs. */
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

/** What training gave, on standardised features: for logistic regression, one layer with one output. */
export interface Trained {
  readonly layers: readonly TrainedLayer[];
  readonly scaling: Scaling;
}

/** Where the model comes from, beyond the job itself. */
export interface Provenance {
  readonly digests: JobDigests;
  /** Version of this program. */
  readonly trefoil: string;
  readonly created: Date;
}

/** The model file's content. */
export function buildModel(job: Job, trained: Trained, from: Provenance): Model {
  const { centre, scale } = trained.scaling;
  const scaling = { centre: Array.from(centre), scale: Array.from(scale) };
  const { features } = job.data;
  const units = features.flatMap(({ name, unit }) => (unit === undefined ? [] : [[name, unit]]));
  const layers = trained.layers.map(({ weights, bias }) => layerOf(weights, bias));
  const origin = {
    format: 'trefoil-model',
    version: 1,
    label: job.data.label,
    features: features.map(({ name }) => name),
    ranges: features.map(({ low, high }): [number, number] => [low, high]),
    ...(units.length === 0 ? {} : { units: Object.fromEntries(units) }),
    ...(job.data.schema === undefined ? {} : { schema: { features: writtenFeatures(job.data.schema), fills: {} } }),
    trainedBy: {
      job: job.name,
      jobDigest: from.digests.job,
      planDigest: from.digests.plan,
      parties: job.parties.map(({ name }) => name),
      trust: job.trust,
      trefoil: from.trefoil,
    },
    created: from.created.toISOString(),
  } as const;
  const { classes, target, clip } = job.data;
  const decision = job.model.threshold === undefined ? {} : { threshold: job.model.threshold };
  if (job.model.type === 'logistic') {
    const [layer] = layers;
    const { weights, bias } = onRawFeatures(layer, trained.scaling);
    return {
      ...origin,
      type: 'logistic',
      ...decision,
      weights,
      bias: bias[0],
      standardised: { weights: layer.weights, bias: layer.bias[0], ...scaling, clip },
    };
  }
  if (target !== undefined) layers.push(onRawTarget(layers.pop(), target));
  const smallest = job.data.standardise === 'range-to-unit' ? 0 : -clip;
  const labels = {
    output: job.model.output,
    ...decision,
    ...(classes === undefined ? {} : { classes: [...classes] }),
    ...(target === undefined ? {} : { target: [...target] as [number, number] }),
  };
  if (job.model.type === 'network') {
    const { height, width, channels } = job.model.input;
    return {
      ...origin,
      type: 'network',
      input: [height, width, channels],
      layers: job.model.layers.map(writtenLayer),
      ...labels,
      parameters: layers.map(({ weights, bias }) => ({ weights, bias })),
      standardised: { ...scaling, smallest, largest: clip },
    };
  }
  const [first, ...rest] = layers;
  return {
    ...origin,
    type: 'mlp',
    activation: job.model.activation,
    ...labels,
    layers: [onRawFeatures(first, trained.scaling), ...rest],
    standardised: { weights: first.weights, bias: first.bias, ...scaling, smallest, largest: clip },
  };
}

function layerOf(weights: ArrayLike<number>, bias: ArrayLike<number>): Layer {
  const [inputs, outputs] = [weights.length / bias.length, bias.length];
  return { inputs, outputs, weights: Array.from(weights), bias: Array.from(bias) };
}

/** Σ wⱼ·(xⱼ − cⱼ)/sⱼ + b is Σ (wⱼ/sⱼ)·xⱼ + (b − Σ wⱼ·cⱼ/sⱼ). */
function onRawFeatures({ inputs, outputs, weights, bias }: Layer, { centre, scale }: Scaling): Layer {
  const feature = (i: number) => Math.floor(i / outputs);
  const folded = weights.map((weight, i) => weight / scale[feature(i)]);
  const shifted = [...bias];
  folded.forEach((weight, i) => {
    shifted[i % outputs] -= weight * centre[feature(i)];
  });
  return { inputs, outputs, weights: folded, bias: shifted };
}

/** A network learns its target scaled to [-1, 1]: the last layer gives it in the units of the label. */
function onRawTarget(last: Layer | undefined, target: readonly [number, number]): Layer {
  invariant(last !== undefined, 'a model has a layer');
  const { centre, scale } = targetScaling(target);
  return {
    ...last,
    weights: last.weights.map((weight) => scale * weight),
    bias: last.bias.map((bias) => scale * bias + centre),
  };
}
