/**
 * Records that no step sees: for metrics and the release gate, and for early stopping.
 * @module
 */
import type { DataSets, RecordSet } from './data-sets.ts';
import { wantedMetrics } from './evaluation.ts';
import { countsRows } from './release-gate.ts';
import type { TrainingTask } from './task.ts';

export interface HeldOut {
  readonly test?: RecordSet;
  readonly validation?: RecordSet;
}

/** Adds the sets that something in the task needs. */
export function heldOut(data: DataSets, task: TrainingTask): HeldOut {
  const needsTest = (task.folds === undefined && wantedMetrics(task).length > 0) || countsRows(task.gate);
  return {
    ...(needsTest ? { test: data.add('test', task.testRows) } : {}),
    ...(task.earlyStopping === undefined ? {} : { validation: data.add('validation', task.earlyStopping.rows) }),
  };
}
