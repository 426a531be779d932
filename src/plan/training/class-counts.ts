/**
 * How many training rows there are of each class: each party enters its own counts, and only the totals are opened.
 * @module
 */
import { revealOutput } from '../outputs/catalogue.ts';
import { CLASS_COUNTS } from '../outputs/class-counts.ts';
import type { Session } from '../plan.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { recipientsOf, type TrainingTask, totalOf } from './task.ts';

/** Adds the phase that opens how many training rows there are of each class, where weights are made from these. */
export function classCountSessions(plan: PlanBuilder, task: TrainingTask): Session[] {
  const { weights, architecture, trainRows } = task;
  if (weights?.needsClassCounts !== true) return [];
  const rows = totalOf(trainRows);
  const { usedBits } = plan;
  const phase = plan.phase('class counts', (phase) => {
    const shape = { rows: 1, cols: Math.max(2, architecture.outputs) };
    const parts = Object.keys(trainRows).map((owner) => phase.input(owner, 'classCounts', shape, 0, Math.max(1, rows)));
    const terms = parts.map((value) => ({ value, factor: exactly(1) }));
    const counts = phase.linear(terms, exactly(0), 0, CLASS_COUNTS);
    revealOutput(phase, phase.bounded(counts, Math.max(1, rows)), CLASS_COUNTS, recipientsOf(task));
  });
  plan.usedBits = usedBits;
  return [{ phase, repeat: 1 }];
}
