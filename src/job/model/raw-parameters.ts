/**
 * The parameters of a model in the units of the records, to compare two models by: a weight of the first layer for one unit of its feature, one of the last
 * layer in units of the target. A weight of a convolution, which is of many features, stays as it was trained. A bias is at the centre of all features: at 0, where a model file has it, it would show the weights again.
 * @module
 */

import { targetScaling } from '../../data/labels.ts';
import { firstOf } from '../../graph/layers/index.ts';
import type { WeightShape } from '../../graph/layers/layer.ts';
import type { Revealed } from '../../runtime/node.ts';
import type { Job } from '../file/job.ts';
import { joined, layersOf, scalingOf } from '../node/owner.ts';

/** Weights, then bias, layer by layer; none where the model is not revealed. */
export function rawParametersOf(job: Job, revealed: Revealed): Float64Array {
  const layers = layersOf(revealed);
  if (layers.length === 0) return new Float64Array(0);
  const { scale } = scalingOf(job, revealed);
  const target = job.data.target === undefined ? 1 : targetScaling(job.data.target).scale;
  const raw = layers.flatMap(({ weights, bias }, l) => {
    const unit = l === layers.length - 1 ? target : 1;
    const ofFeature = (i: number) => (l === 0 && isByFeature(job) ? scale[Math.floor(i / bias.length)] : 1);
    return [weights.map((w, i) => (unit * w) / ofFeature(i)), bias.map((b) => unit * b)];
  });
  return joined(raw);
}

/** What the parameter at a place of that list is, `shapes` being those of the weights from the features on. */
export function nameOfParameter(job: Job, shapes: readonly WeightShape[], place: number): string {
  let rest = place;
  for (const [l, { rows, cols }] of shapes.entries()) {
    const weights = rows * cols;
    if (rest < weights) {
      return l === 0 && isByFeature(job) ? job.data.features[Math.floor(rest / cols)].name : `weights ${l + 1}`;
    }
    if (rest < weights + cols) return `bias ${l + 1}`;
    rest -= weights + cols;
  }
  return `parameter ${place}`;
}

/** Whether each weight of the first layer is of one feature. */
const isByFeature = ({ model }: Job): boolean => firstOf(model.layers).isDense;
