/**
 * What is left in the heap of a node's process until it is collected: an estimate, as the process's peak is.
 * @module
 */

import type { Plan } from '../plan.ts';
import type { PlanCost, Traffic } from './cost.ts';

/** What compiling one operation of a phase leaves behind. */
const COMPILED_BYTES = 2 ** 10;
/** One part in so many of small messages outlives minor collections. */
const LASTING_PART = 20;
/** The messages of a step that sends and receives as much at a node die young, and make up a part of the peak of their own. */
const WIDE_STEP_BYTES = 2 ** 20;
/** The bytes at which the whole heap is collected. */
const MOST_BYTES = 64 * 2 ** 20;

/** At a node, in bytes. */
export function heapGarbage(plan: Plan, { phases }: PlanCost, node: string): number {
  const { sessions } = plan;
  const compiled = sessions.reduce((sum, { phase }, i) => {
    const isResumed = sessions[i - 1]?.isAside === true && sessions[i - 2]?.phase === phase;
    return isResumed ? sum : sum + COMPILED_BYTES * plan.phases[phase].ops.length;
  }, 0);
  const messages = phases.reduce((sum, { traffic, repeat }) => {
    const bytes = bytesAt(node, traffic);
    return sum + (bytes < WIDE_STEP_BYTES ? repeat * bytes : 0);
  }, 0);
  return Math.min(MOST_BYTES, compiled + messages / LASTING_PART);
}

const bytesAt = (node: string, traffic: readonly Traffic[]) =>
  traffic.reduce((sum, { from, to, bytes }) => sum + (from === node || to === node ? bytes : 0), 0);
