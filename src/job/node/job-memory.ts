/**
 * What a job takes of the memory of its nodes' machines.
 * @module
 */

import type { Plan } from '../../plan/plan.ts';
import { type PlanCost, planCost } from '../../plan/quote/cost.ts';
import { processMemory } from '../../plan/quote/process-memory.ts';
import { holdingOf } from '../file/column-owners.ts';
import type { Job } from '../file/job.ts';
import { recordColumns } from './filled-records.ts';

/** Bytes by node: see `plan/quote/process-memory.ts`. */
export function jobMemory(job: Job, plan: Plan, cost: PlanCost = planCost(plan)): Record<string, number> {
  return processMemory(plan, cost, (node) => {
    const party = job.parties.find(({ name }) => name === node);
    // Features and a label of each row, as they were read.
    const columns = recordColumns(job, holdingOf(job, node)).length + 1;
    return party === undefined ? 0 : 8 * (party.train + party.test + party.validation) * columns;
  });
}
