/** The tests that fail on what the adversaries of a small job see. */
import type { UniformityOfView } from '../../../src/audit/report/audit-report.ts';
import { ViewTests } from '../../../src/audit/views/view-tests.ts';
import type { TrustMode } from '../../../src/plan/plan.ts';
import { trainingPlan } from '../../../src/plan/training/training-plan.ts';
import { inputsOf, taskOf } from '../../runtime/task.ts';
import { memoryRun } from './memory-run.ts';
import type { Mutant } from './mutants.ts';

export async function failures(trust: TrustMode, mutant?: Mutant): Promise<UniformityOfView[]> {
  const task = taskOf({ trust, epochs: 12 });
  const plan = trainingPlan(task);
  const tests = new ViewTests(plan);
  tests.add('a', await memoryRun(plan, inputsOf(task), 'run', mutant));
  return tests.uniformity();
}

/** Views in which any does. */
export const failingIn = async (trust: TrustMode, mutant: Mutant): Promise<string[]> =>
  (await failures(trust, mutant)).flatMap(({ view, failed }) => (failed.length > 0 ? [view] : []));

/** A dealer receives nothing that could be tested. */
export const isDealer = (view: string): boolean => /: dealer$|who deals$/.test(view);
