/**
 * What the process of a node takes at its peak: an estimate, calibrated against runs (docs/explanation/memory.md has them).
 * @module
 */

import type { Plan } from '../plan.ts';
import { correctionsPerMessage, type PlanCost } from './cost.ts';
import { heapGarbage } from './uncollected.ts';

/** Node, the program, and a heap that is let grow before it is collected. */
const BASE_BYTES = 120 * 2 ** 20;
/** Messages exist as what is sent, as frames, as pieces and as a whole, some of them of the step before, until the garbage collector comes. */
const COPIES = 4;
/** It comes when so much has been received, unless a single message is larger. */
const COLLECTED_BYTES = 256 * 2 ** 20;
/** Corrections that are ahead, at either end, and small ones that were used. */
const AHEAD_BYTES = 32 * 2 ** 20;

/** The bytes that each node's process takes; `rawBytes` are a node's own records as they were read. */
export function processMemory(plan: Plan, cost: PlanCost, rawBytes: (node: string) => number): Record<string, number> {
  const { phases, memory } = cost;
  const of = (node: string) => {
    const { all, largest } = corrections(node, plan, phases);
    const messages = Math.min(COPIES * (stepBytes(node, phases) + largest), Math.max(COLLECTED_BYTES, largest));
    return (
      BASE_BYTES + heapGarbage(plan, cost, node) + memory[node] + rawBytes(node) + messages + Math.min(AHEAD_BYTES, all)
    );
  };
  return Object.fromEntries(plan.roles.nodes.map((node) => [node, Math.round(of(node))]));
}

type Phases = PlanCost['phases'];

/** What a node sends and receives in a repetition beside corrections, at most. */
function stepBytes(node: string, phases: Phases): number {
  const bytes = phases.map(({ traffic }) =>
    traffic.reduce(
      (sum, { from, to, kind, bytes }) => sum + (kind !== 'correction' && (from === node || to === node) ? bytes : 0),
      0,
    ),
  );
  return Math.max(...bytes);
}

/** The bytes of corrections at a node, in all, and the largest message of them. */
function corrections(node: string, plan: Plan, phases: Phases) {
  let [all, largest] = [0, 0];
  for (const [session, { traffic, repeat }] of phases.entries()) {
    for (const { from, to, kind, bytes } of traffic) {
      if (kind !== 'correction' || (from !== node && to !== node)) continue;
      const phase = plan.phases[plan.sessions[session].phase];
      all += repeat * bytes;
      largest = Math.max(largest, bytes * correctionsPerMessage(phase, bytes, repeat));
    }
  }
  return { all, largest };
}
