/**
 * How the heap of a node's process is let grow, which depends on what the steps of a plan send.
 * @module
 */
import type { PlanCost, Traffic } from './cost.ts';
import type { Plan } from './plan.ts';

export interface HeapGrowth {
  /** Of what was alive at the last full collection: by so much the heap grows before there is another. */
  readonly percent: number;
  /** The most that compiled phases leave in it until then. */
  readonly garbageBytes: number;
}

/** A step that sends and receives as much at a node makes its heap be collected seldom. */
const WIDE_STEP_BYTES = 2 ** 20;
const SELDOM: HeapGrowth = { percent: 400, garbageBytes: 80 * 2 ** 20 };
const OFTEN: HeapGrowth = { percent: 100, garbageBytes: 16 * 2 ** 20 };

/**
 * V8 counts buffers outside the heap too: the messages of a wide network would have it mark the whole heap in two steps of three, though they die
 * young. Of the messages of small steps some outlive two minor collections and stay until the whole heap is marked, which costs little once in
 * some thousand steps.
 */
export function heapGrowth(plan: Plan, { phases }: PlanCost): HeapGrowth {
  // Sessions of one phase share their traffic.
  const traffics = new Set(
    phases.flatMap(({ traffic }, session) => (plan.phases[plan.sessions[session].phase].trains ? [traffic] : [])),
  );
  const isWide = plan.roles.nodes.some((node) =>
    [...traffics].some((traffic) => bytesAt(node, traffic) >= WIDE_STEP_BYTES),
  );
  return isWide ? SELDOM : OFTEN;
}

const bytesAt = (node: string, traffic: readonly Traffic[]) =>
  traffic.reduce((sum, { from, to, bytes }) => sum + (from === node || to === node ? bytes : 0), 0);
