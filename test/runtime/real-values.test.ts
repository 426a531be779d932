/** The twin in the clear takes as many records as the nodes do. */
import { expect, it } from 'vitest';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { RealValues } from '../../src/runtime/clear/real-values.ts';
import { taskOf } from './task.ts';

it('keeps records beside the memory that kernels address, and other state in it', () => {
  const plan = trainingPlan(taskOf({ trust: 'honest-majority' }));
  const values = new RealValues(plan);
  const buffers = (isRecords: boolean) =>
    plan.state.flatMap(({ value, parts }) => ((parts !== undefined) === isRecords ? [values.of(value).buffer] : []));
  const [records, others] = [buffers(true), buffers(false)];
  expect(records.length).toBeGreaterThan(0);
  expect(new Set(others).size).toBe(1);
  for (const buffer of records) expect(others).not.toContain(buffer);
});
