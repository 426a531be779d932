/**
 * How far the weights of a run are from those of its twins in the clear.
 * @module
 */

import { layerShapes } from '../../graph/mlp.ts';
import type { Job } from '../file/job.ts';
import { architectureOf } from '../file/task.ts';
import { nameOfParameter } from '../model/raw-parameters.ts';
import type { Twins } from '../rehearsal/twin.ts';

export interface ParityReport {
  /** Largest |difference| of a weight on standardised features, to the float64 twin and, where it ran to the end, to the fixed-point twin. */
  readonly maxWeightDifference: number;
  readonly maxWeightDifferenceFixedPoint?: number;
  /** The largest difference to the float64 twin in units of the records, with the feature whose weight it is, or the layer. */
  readonly maxRawWeightDifference: { readonly value: number; readonly of: string };
  readonly how: string;
}

const HOW =
  'a separate process read the records of all parties, which is possible in a local rehearsal alone, and trained in the clear with the same batches and ' +
  'initial weights';

/** What a node that received the model has of it. */
interface Parameters {
  readonly parameters?: Float64Array;
  readonly rawParameters?: Float64Array;
}

/** None where nobody got a model, or where noise has no twin. */
export function parityOf(job: Job, results: readonly Parameters[], twins: Twins): ParityReport | undefined {
  const own = results.find(({ parameters }) => parameters !== undefined);
  if (twins.divergence === undefined || own?.parameters === undefined || own.rawParameters === undefined)
    return undefined;
  const { float64, fixedPoint } = twins;
  const raw = largestDifference(own.rawParameters, float64.rawParameters);
  return {
    maxWeightDifference: largestDifference(own.parameters, float64.parameters).value,
    ...(fixedPoint === undefined
      ? {}
      : { maxWeightDifferenceFixedPoint: largestDifference(own.parameters, fixedPoint.parameters).value }),
    maxRawWeightDifference: { value: raw.value, of: nameOfParameter(job, layerShapes(architectureOf(job)), raw.at) },
    how: HOW,
  };
}

function largestDifference(a: Float64Array, b: Float64Array): { readonly value: number; readonly at: number } {
  let [value, at] = [0, 0];
  a.forEach((number, i) => {
    const difference = Math.abs(number - b[i]);
    if (difference > value) [value, at] = [difference, i];
  });
  return { value, at };
}
