/**
 * The loss threshold: a record that the model has a small loss on was in the training (Yeom, Giacomelli, Fredrikson, Jha 2018, "Privacy risk in machine
 * learning"). It needs nothing but answers of the model, and cannot tell a record that was learnt from one that is easy.
 * @module
 */
import type { Architecture } from '../../graph/mlp.ts';
import { OUTPUTS } from '../../graph/output.ts';
import { scaledConfidences } from './confidence.ts';

/** −loss of each record. */
export function lossScores(
  architecture: Pick<Architecture, 'output' | 'outputs'>,
  logits: Float64Array,
  labels: Float64Array,
): Float64Array {
  if (!OUTPUTS[architecture.output].isClass) return logits.map((value, row) => -((value - labels[row]) ** 2) / 2);
  // Cross-entropy is ln(1 + e^−φ); from the probability itself, small losses would all be 0.
  return scaledConfidences(architecture, logits, labels).map(
    (phi) => Math.min(0, phi) - Math.log1p(Math.exp(-Math.abs(phi))),
  );
}
