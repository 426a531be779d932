/**
 * Sets how the heap of a node's process grows.
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { planCost } from '../plan/cost.ts';
import { heapGrowth } from '../plan/heap.ts';
import type { Plan } from '../plan/plan.ts';

/** V8 reads the flag at each full collection, so it takes effect in a process that runs. */
export function letHeapGrow(plan: Plan): void {
  setFlagsFromString(`--heap-growing-percent=${heapGrowth(plan, planCost(plan)).percent}`);
}
