/**
 * The parameters of a model in the units of the records, to compare two models by: a weight of the first layer for one unit of its feature, one of the last
 * layer in units of the target. A bias is at the centre of all features: at 0, where a model file has it, it would show the weights again.
 * @module
 */
import { targetScaling } from '../../data/labels.ts';
import type { Revealed } from '../../runtime/node.ts';
import type { Job } from '../file/job.ts';
import { layersOf, scalingOf } from '../node/owner.ts';

/** Weights, then bias, layer by layer; none where the model is not revealed. */
export function rawParametersOf(job: Job, revealed: Revealed): number[] {
  const layers = layersOf(revealed);
  if (layers.length === 0) return [];
  const { scale } = scalingOf(job, revealed);
  const target = job.data.target === undefined ? 1 : targetScaling(job.data.target).scale;
  return layers.flatMap(({ weights, bias }, l) => {
    const unit = l === layers.length - 1 ? target : 1;
    const ofFeature = (i: number) => (l === 0 ? scale[Math.floor(i / bias.length)] : 1);
    return [...Array.from(weights, (w, i) => (unit * w) / ofFeature(i)), ...Array.from(bias, (b) => unit * b)];
  });
}

/** What the parameter at a place of that list is, `layers` being the widths from the features on. */
export function nameOfParameter({ data }: Job, widths: readonly number[], place: number): string {
  let rest = place;
  for (let l = 1; l < widths.length; l++) {
    const weights = widths[l - 1] * widths[l];
    if (rest < weights) return l === 1 ? data.features[Math.floor(rest / widths[l])].name : `weights ${l}`;
    if (rest < weights + widths[l]) return `bias ${l}`;
    rest -= weights + widths[l];
  }
  return `parameter ${place}`;
}
