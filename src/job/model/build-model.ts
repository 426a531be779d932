/**
 * From what training gave to the content of a model file.
 * @module
 */

import { targetScaling } from '../../data/labels.ts';
import type { Scaling } from '../../data/standardise.ts';
import { writtenFeatures } from '../../encoding/feature-schema.ts';
import type { Fills } from '../../encoding/missing.ts';
import { invariant } from '../../errors.ts';
import { shortFormOf } from '../../graph/layers/short-form.ts';
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
  /** What missing values were filled with; absent where no fill was computed by all parties. */
  readonly fills?: Fills;
}

/** Where the model comes from, beyond the job itself. */
export interface Provenance {
  readonly digests: JobDigests;
  /** Version of this program. */
  readonly trefoil: string;
  readonly created: Date;
}

/** The model file's content. */
export function buildModel(job: Job, { layers, scaling, fills = {} }: Trained, from: Provenance): Model {
  return BUILDERS[fileTypeOf(job)]({
    job,
    origin: originOf(job, fills, from),
    layers: layers.map(({ weights, bias }) => layerOf(weights, bias)),
    scaling: { centre: Array.from(scaling.centre), scale: Array.from(scaling.scale) },
  });
}

function originOf(job: Job, fills: Fills, from: Provenance) {
  const { features } = job.data;
  const units = features.flatMap(({ name, unit }) => (unit === undefined ? [] : [[name, unit]]));
  return {
    format: 'trefoil-model',
    version: 1,
    label: job.data.label,
    features: features.map(({ name }) => name),
    ranges: features.map(({ low, high }): [number, number] => [low, high]),
    ...(units.length === 0 ? {} : { units: Object.fromEntries(units) }),
    ...(job.data.schema === undefined
      ? {}
      : { schema: { features: writtenFeatures(job.data.schema), fills: { ...fills } } }),
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
}

/** Layers that have a short form are written as the multi-layer perceptron that they are. */
function fileTypeOf({ model: { type, layers } }: Job): Model['type'] {
  const types: Readonly<Record<typeof type, Model['type']>> = {
    logistic: 'logistic',
    mlp: shortFormOf(layers) === undefined ? 'network' : 'mlp',
  };
  return types[type];
}

interface Built {
  readonly job: Job;
  readonly origin: ReturnType<typeof originOf>;
  readonly layers: readonly Layer[];
  readonly scaling: { readonly centre: number[]; readonly scale: number[] };
}

const BUILDERS: { readonly [T in Model['type']]: (built: Built) => Extract<Model, { type: T }> } = {
  logistic({ job, origin, layers: [layer], scaling }) {
    const { weights, bias } = onRawFeatures(layer, scaling);
    return {
      ...{ ...origin, type: 'logistic' },
      ...decisionOf(job),
      ...{ weights, bias: bias[0] },
      standardised: { weights: layer.weights, bias: layer.bias[0], ...scaling, clip: job.data.clip },
    };
  },
  mlp({ job, origin, layers, scaling }) {
    const form = shortFormOf(job.model.layers);
    invariant(form !== undefined, 'a multi-layer perceptron has the short form');
    const [first, ...rest] = onRawTarget(layers, job.data.target);
    return {
      ...{ ...origin, type: 'mlp', activation: form.activation },
      ...labelsOf(job),
      layers: [onRawFeatures(first, scaling), ...rest],
      standardised: { weights: first.weights, bias: first.bias, ...scaling, ...boundsOf(job) },
    };
  },
  network({ job, origin, layers, scaling }) {
    const { height, width, channels } = job.model.input;
    return {
      ...{ ...origin, type: 'network', input: [height, width, channels], layers: job.model.layers.map(writtenLayer) },
      ...labelsOf(job),
      parameters: onRawTarget(layers, job.data.target).map(({ weights, bias }) => ({ weights, bias })),
      standardised: { ...scaling, ...boundsOf(job) },
    };
  },
};

const decisionOf = ({ model: { threshold } }: Pick<Job, 'model'>) => (threshold === undefined ? {} : { threshold });

function labelsOf({ data: { classes, target }, model }: Job) {
  return {
    output: model.output,
    ...decisionOf({ model }),
    ...(classes === undefined ? {} : { classes: [...classes] }),
    ...(target === undefined ? {} : { target: [...target] as [number, number] }),
  };
}

const boundsOf = ({ data: { standardise, clip } }: Job) => ({
  smallest: standardise === 'range-to-unit' ? 0 : -clip,
  largest: clip,
});

function layerOf(weights: ArrayLike<number>, bias: ArrayLike<number>): Layer {
  const [inputs, outputs] = [weights.length / bias.length, bias.length];
  return { inputs, outputs, weights: Array.from(weights), bias: Array.from(bias) };
}

/** Σ wⱼ·(xⱼ − cⱼ)/sⱼ + b is Σ (wⱼ/sⱼ)·xⱼ + (b − Σ wⱼ·cⱼ/sⱼ). */
function onRawFeatures({ inputs, outputs, weights, bias }: Layer, { centre, scale }: Built['scaling']): Layer {
  const feature = (i: number) => Math.floor(i / outputs);
  const folded = weights.map((weight, i) => weight / scale[feature(i)]);
  const shifted = [...bias];
  folded.forEach((weight, i) => {
    shifted[i % outputs] -= weight * centre[feature(i)];
  });
  return { inputs, outputs, weights: folded, bias: shifted };
}

/** A network learns its target scaled to [-1, 1]: the last layer gives it in the units of the label. */
function onRawTarget(layers: readonly Layer[], target: readonly [number, number] | undefined): readonly Layer[] {
  if (target === undefined) return layers;
  const { centre, scale } = targetScaling(target);
  const last = layers[layers.length - 1];
  const scaled = {
    ...last,
    weights: last.weights.map((weight) => scale * weight),
    bias: last.bias.map((bias) => scale * bias + centre),
  };
  return [...layers.slice(0, -1), scaled];
}
