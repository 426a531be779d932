/**
 * Which training step a task has.
 * @module
 */
import type { PlanBuilder } from '../write/plan-builder.ts';
import type { DataSets } from './data-sets.ts';
import { PlainStep } from './plain-step.ts';
import { PrivateStep } from './private-step.ts';
import type { TrainingStep } from './step.ts';
import type { TrainingTask } from './task.ts';

export const trainingStep = (plan: PlanBuilder, task: TrainingTask, data: DataSets, interval: number): TrainingStep =>
  task.privacy === undefined
    ? new PlainStep(task, data, interval)
    : new PrivateStep(plan, task, task.privacy, data, interval);
