/**
 * How much room a run's results take at a node, at the most.
 * @module
 */
import { layerShapes } from '../../graph/mlp.ts';
import { classesOf, type Job } from '../file/job.ts';
import { architectureOf } from '../file/task.ts';

/** The longest number in JSON, with a comma and the break of a line. */
const NUMBER_BYTES = 26;
/** Of a report whose job is short, and of what a model's file says beside its numbers. */
export const REPORT_BYTES = 2 ** 16;
/** What a report says of an epoch. */
const EPOCH_BYTES = 4 * NUMBER_BYTES;
/** What a report says of a fold, for each cell of a confusion matrix: beside the twin's. */
const FOLD_BYTES = 16 * NUMBER_BYTES;
/** What model and report say of a feature beside its name. */
const FEATURE_BYTES = 4 * NUMBER_BYTES;

/** Bytes of the report, and of the model where the node receives it. */
export function resultBytes(job: Job, node: string): number {
  const names = job.data.features.reduce((sum, { name }) => sum + Buffer.byteLength(name) + FEATURE_BYTES, 0);
  const { epochs, folds = 0 } = job.training;
  const report = REPORT_BYTES + EPOCH_BYTES * epochs + FOLD_BYTES * folds * (1 + (classesOf(job)?.length ?? 1) ** 2);
  if (!job.reveal.model.includes(node)) return report;
  const layers = layerShapes(architectureOf(job)).map(({ rows, cols }) => (rows + 1) * cols);
  // The first layer stands there twice: for raw features and for standardised ones.
  const numbers = layers.reduce((sum, count) => sum + count, layers[0]);
  return report + REPORT_BYTES + names + NUMBER_BYTES * numbers;
}
