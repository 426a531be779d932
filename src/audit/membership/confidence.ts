/**
 * How sure a classifier is of the label that a record has.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import type { Architecture } from '../../graph/mlp.ts';
import type { Output } from '../../graph/output.ts';

type Outputs = Pick<Architecture, 'output' | 'outputs'>;

/**
 * φ = ln(p / (1 − p)) of the probability p of each record's label, from logits: over many models it is nearly normally distributed, which p and the
 * loss are not (Carlini et al. 2022, section IV.C). It stays exact where p is all but 1.
 */
export const scaledConfidences = (
  { output, outputs }: Outputs,
  logits: Float64Array,
  labels: Float64Array,
): Float64Array => CONFIDENCES[output](logits, labels, outputs);

type Confidences = (logits: Float64Array, labels: Float64Array, outputs: number) => Float64Array;

const CONFIDENCES: Readonly<Record<Output, Confidences>> = {
  sigmoid: (logits, labels) => logits.map((logit, row) => (labels[row] === 1 ? logit : -logit)),
  softmax: (logits, labels, outputs) =>
    labels.map((label, row) => {
      const others = [...logits.subarray(row * outputs, (row + 1) * outputs)].filter((_, k) => k !== label);
      const most = Math.max(...others);
      const sum = others.reduce((total, logit) => total + Math.exp(logit - most), 0);
      return logits[row * outputs + label] - most - Math.log(sum);
    }),
  linear() {
    throw new TrefoilError(
      'TREFOIL_AUDIT',
      'the model predicts a number and not a class, so there is no confidence to attack; of such models the loss threshold alone applies',
    );
  },
};
