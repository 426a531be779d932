/**
 * The labels of a batch, in any order, from the gradient of the last bias: that is mean answer − mean label, class by class. For one record of a
 * softmax it is below 0 at its class alone (Zhao et al. 2020, "iDLG").
 * @module
 */
import type { Records } from '../../data/records.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { OUTPUTS, type Output } from '../../graph/output.ts';
import { logitsOf, type Parameters } from '../models/network.ts';
import { rowsOf } from './low-rank.ts';

/** `mean` is a guess of the mean answer of the network to the batch. */
export function recoveredLabels(
  { output }: Pick<Architecture, 'output'>,
  lastBias: Float64Array,
  rows: number,
  mean: Float64Array,
): Float64Array {
  const counts = lastBias.map((g, c) => rows * (mean[c] - g));
  return FROM_COUNTS[output](counts, rows);
}

/** From what the labels of the batch add up to, column by column. */
const FROM_COUNTS: Readonly<Record<Output, (counts: Float64Array, rows: number) => Float64Array>> = {
  linear: ([sum], rows) => new Float64Array(rows).fill(sum / rows),
  sigmoid: ([ones], rows) => Float64Array.from({ length: rows }, (_, i) => (i + 0.5 < ones ? 1 : 0)),
  softmax(counts, rows) {
    const labels: number[] = [];
    while (labels.length < rows) {
      const c = counts.reduce((best, x, i) => (x > counts[best] ? i : best), 0);
      labels.push(c);
      counts[c]--;
    }
    return Float64Array.from(labels.sort((a, b) => a - b));
  },
};

/** The mean over the rows of the probability of each class, or of the value that is predicted. */
export function meanAnswer(
  architecture: Architecture,
  parameters: Parameters,
  records: Pick<Records, 'features' | 'rows'>,
): Float64Array {
  const logits = rowsOf(logitsOf(architecture, parameters, records), architecture.outputs);
  const answers = logits.map(OUTPUTS[architecture.output].answer);
  return answers[0].map((_, c) => answers.reduce((sum, answer) => sum + answer[c], 0) / answers.length);
}
