/**
 * Models with made-up weights.
 * @module
 */
import { type Scaling, unitScaling } from '../../src/data/standardise.ts';
import { invariant } from '../../src/errors.ts';
import type { Job } from '../../src/job/file/job.ts';
import { loadJob } from '../../src/job/file/job-file.ts';
import { buildModel, type TrainedLayer } from '../../src/job/model/build-model.ts';
import type { Mlp } from '../../src/job/model/model-file.ts';

export const provenance = {
  digests: { job: 'cafe', plan: 'f00d' },
  trefoil: '0.1.0',
  created: new Date('2025-01-02T03:04:05Z'),
};

/** Weights and biases that are all different. */
export function layer(inputs: number, outputs: number): TrainedLayer {
  const numbers = (length: number, phase: number) => Array.from({ length }, (_, i) => Math.sin(i + phase));
  return { weights: numbers(inputs * outputs, 1), bias: numbers(outputs, 0.25) };
}

export function network(job: Job, layers: readonly TrainedLayer[], scaling: Scaling): Mlp {
  const model = buildModel(job, { layers, scaling }, provenance);
  invariant(model.type === 'mlp', 'an mlp gives a network');
  return model;
}

export const logisticJob = loadJob('examples/breast-cancer-logistic.yaml');
export const logisticScaling = {
  centre: Float64Array.from(logisticJob.data.features, ({ high }) => high / 3),
  scale: Float64Array.from(logisticJob.data.features, ({ high }) => high / 5),
};
export const logistic = buildModel(logisticJob, { layers: [layer(30, 1)], scaling: logisticScaling }, provenance);

export const digitsJob = loadJob('examples/digits-mlp.yaml');
export const digits = network(digitsJob, [layer(64, 32), layer(32, 10)], unitScaling(digitsJob.data.features));
