/**
 * What a job takes of the memory of its nodes' machines.
 * @module
 */
import { isFile } from '../../data/source.ts';
import { readerMemory } from '../../data/sources/index.ts';
import type { Plan } from '../../plan/plan.ts';
import { lastEvaluator, type PlanCost, planCost } from '../../plan/quote/cost.ts';
import { processMemory } from '../../plan/quote/process-memory.ts';
import { holdingOf } from '../file/column-owners.ts';
import type { Job } from '../file/job.ts';
import type { RowCounts } from '../file/row-counts.ts';
import { KINDS, type PartyData } from './data-files.ts';
import { recordColumns } from './filled-records.ts';

/** Bytes by node: see `plan/quote/process-memory.ts`. `data` says where the rows of nodes lie, as far as that is known: DuckDB has memory of its own. */
export function jobMemory(
  job: Job,
  plan: Plan,
  cost: PlanCost = planCost(plan),
  data: Readonly<Record<string, PartyData>> = {},
): Record<string, number> {
  return processMemory(plan, cost, (node) => {
    const party = job.parties.find(({ name }) => name === node);
    // Features and a label of each row, as they were read; and the one share of contributed rows that is no stream.
    const holding = holdingOf(job, node);
    const count = ({ train, test, validation }: RowCounts) => train + test + validation;
    const own = party === undefined ? 0 : count(party) * (recordColumns(job, holding).length + 1);
    const shared = node === lastEvaluator(plan.roles) ? (job.contributors ?? []) : [];
    const numbers = shared.reduce((sum, rows) => sum + count(rows) * (holding.features.length + 1), own);
    return 8 * numbers + (party === undefined ? 0 : readersOf(data[node] ?? {}));
  });
}

/** The files of a party are read at once, each by a reader of its own. */
const readersOf = (data: PartyData): number =>
  KINDS.reduce((sum, kind) => {
    const of = data[kind];
    return sum + (of !== undefined && isFile(of) ? readerMemory(of) : 0);
  }, 0);
