/**
 * Whether this machine has the memory that nodes of a job are expected to take.
 * @module
 */
import { totalmem } from 'node:os';
import type { Plan } from '../../plan/plan.ts';
import { planCost } from '../../plan/quote/cost.ts';
import type { Job } from '../file/job.ts';
import type { PartyData } from './data-files.ts';
import { jobMemory } from './job-memory.ts';

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** A warning where these nodes together take more than the machine has, in bytes. */
export function machineRoom(
  job: Job,
  plan: Plan,
  nodes: readonly string[],
  data: Readonly<Record<string, PartyData>> = {},
  machine = totalmem(),
): string[] {
  const quotes = jobMemory(job, plan, planCost(plan), data);
  const needed = nodes.reduce((sum, node) => sum + quotes[node], 0);
  if (needed <= machine) return [];
  const [who, remedy] =
    nodes.length === 1
      ? [`${nodes[0]} takes`, 'use a machine with more']
      : [
          `${nodes.map((node) => `${node} (${gibibytes(quotes[node])})`).join(', ')} together take`,
          'run each on a machine of its own',
        ];
  return [
    `${who} about ${gibibytes(needed)} of memory in this job, and this machine has ${gibibytes(machine)}: ${remedy}, or fewer rows in parties, or it may be stopped on the way`,
  ];
}
