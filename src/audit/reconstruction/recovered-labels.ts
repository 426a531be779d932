/**
 * The labels of a batch, in any order, from the gradient of the last bias: that is mean answer − mean label, class by class. For one record of a
 * softmax it is below 0 at its class alone (Zhao et al. 2020, "iDLG").
 * @module
 */
import type { Records } from '../../data/records.ts';
import type { Architecture } from '../../graph/mlp.ts';
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
  if (output === 'linear') return new Float64Array(rows).fill(counts[0] / rows);
  if (output === 'sigmoid') return Float64Array.from({ length: rows }, (_, i) => (i + 0.5 < counts[0] ? 1 : 0));
  const labels: number[] = [];
  while (labels.length < rows) {
    const c = counts.reduce((best, x, i) => (x > counts[best] ? i : best), 0);
    labels.push(c);
    counts[c]--;
  }
  return Float64Array.from(labels.sort((a, b) => a - b));
}

/** The mean over the rows of the probability of each class, or of the value that is predicted. */
export function meanAnswer(
  architecture: Architecture,
  parameters: Parameters,
  records: Pick<Records, 'features' | 'rows'>,
): Float64Array {
  const logits = rowsOf(logitsOf(architecture, parameters, records), architecture.outputs);
  const answers = logits.map((row) => answerOf(architecture, row));
  return answers[0].map((_, c) => answers.reduce((sum, answer) => sum + answer[c], 0) / answers.length);
}

function answerOf({ output }: Architecture, logits: Float64Array): Float64Array {
  if (output === 'linear') return logits;
  if (output === 'sigmoid') return logits.map((z) => 1 / (1 + Math.exp(-z)));
  const most = Math.max(...logits);
  const powers = logits.map((x) => Math.exp(x - most));
  const sum = powers.reduce((total, x) => total + x, 0);
  return powers.map((x) => x / sum);
}
