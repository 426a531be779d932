/**
 * What a job says of the weights of its training rows: how large they can be, and whether they need counts.
 * @module
 */
import type { Document } from '../../data/document.ts';
import { OUTPUTS } from '../../graph/output.ts';
import type { WeightsTask } from '../../plan/training/task.ts';
import { classesOf, type Job, totalRows } from './job.ts';
import type { Sound } from './schema.ts';

/** What a balanced weight is at the most: that of a class of one row in 128 of a binary label. */
export const MOST_BALANCED = 64;

/** None where all rows count alike. */
export function weightsTask(job: Job): WeightsTask | undefined {
  const { data, training } = job;
  const { classWeights } = training;
  if (data.weight === undefined && classWeights === undefined) return undefined;
  const classes = classesOf(job)?.length ?? 1;
  const ofClass =
    classWeights === undefined
      ? 1
      : classWeights === 'balanced'
        ? Math.max(1, Math.min(MOST_BALANCED, totalRows(job, 'train') / classes))
        : Math.max(...Object.values(classWeights));
  return { largest: ofClass * (data.weight?.high ?? 1), needsClassCounts: classWeights === 'balanced' };
}

/** Notes what is wrong between the weights of a job and the rest of it. */
export function checkWeights(document: Document, { data, model, training, privacy, parties, reveal }: Sound): void {
  const classWeights = training?.classWeights;
  const path = ['training', 'classWeights'];
  if (data?.weight !== undefined) {
    const { column } = data.weight;
    const at = ['data', 'weight', 'column'];
    if (column === data.label) document.report(at, 'must not be the label');
    if (Object.hasOwn(data.features, column)) document.report(at, 'must not be a feature');
  }
  if (classWeights !== undefined && data !== undefined && model !== undefined) {
    if (!OUTPUTS[model.output].isClass) {
      document.report(
        path,
        'must be left out with output: linear, whose label has no classes; data.weight weighs rows',
      );
    } else if (classWeights !== 'balanced') {
      checkClasses(document, path, classWeights, (data.classes ?? [0, 1]).map(String));
    }
  }
  const isBalanced = classWeights === 'balanced';
  if (isBalanced && privacy !== undefined) {
    document.report(
      path,
      'must be a weight for each class with privacy: the counts that balanced weights are made from would leave without noise',
    );
  }
  if (parties === undefined || reveal === undefined || training === undefined) return;
  const opened = ['reveal', 'classCounts'];
  if (isBalanced && parties.some(({ name }) => !reveal.classCounts.includes(name))) {
    document.report(
      opened,
      'must name all three parties with training.classWeights: balanced, since all learn the counts',
    );
  }
  if (!isBalanced && reveal.classCounts.length > 0) {
    document.report(opened, 'must be empty without training.classWeights: balanced');
  }
}

function checkClasses(
  document: Document,
  path: readonly string[],
  weights: Readonly<Record<string, number>>,
  classes: readonly string[],
): void {
  for (const name of Object.keys(weights)) {
    if (!classes.includes(name))
      document.report([...path, name], `is no class of the label, but ${classes.join(', ')} are`);
  }
  const missing = classes.filter((name) => !Object.hasOwn(weights, name));
  if (missing.length > 0)
    document.report(path, `must have a weight for each class, and ${missing.join(', ')} lack one`);
  const all = Object.values(weights);
  if (all.length > 0 && all.every((weight) => weight === 0)) document.report(path, 'must have a weight above 0');
}
