/**
 * The part of a report that says where time, rounds and bytes went: time as each node booked it, bytes and rounds from the plan.
 * @module
 */

import type { Plan } from '../../plan/plan.ts';
import { costByLayer, type LayerCost } from '../../plan/quote/by-layer.ts';
import type { Booked } from '../../runtime/profile/profile.ts';

export interface NodeProfile extends Booked {
  readonly role: 'dealer' | 'evaluator';
}

export interface PhaseLayers {
  readonly phase: string;
  /** Repetitions in all sessions of the run. */
  readonly times: number;
  /** The rounds of one repetition. */
  readonly rounds: number;
  readonly layers: readonly LayerCost[];
}

export interface ProfileReport {
  readonly nodes: Readonly<Record<string, NodeProfile>>;
  readonly layers: readonly PhaseLayers[];
}

/** Nothing where no node was profiled. */
export function profileReport(
  plan: Plan,
  results: readonly { readonly node: string; readonly profile?: Booked }[],
): ProfileReport | undefined {
  const nodes = results.flatMap(({ node, profile }) => {
    const role = node === plan.roles.dealer ? ('dealer' as const) : ('evaluator' as const);
    return profile === undefined ? [] : [[node, { role, ...profile }] as const];
  });
  if (nodes.length === 0) return undefined;
  const layers = plan.phases.flatMap((phase, index): PhaseLayers[] => {
    const sessions = plan.sessions.filter((session) => session.phase === index);
    const times = sessions.reduce((sum, { repeat }) => sum + repeat, 0);
    if (times === 0) return [];
    return [{ phase: phase.name, times, rounds: phase.openingRounds, layers: costByLayer(plan, phase) }];
  });
  return { nodes: Object.fromEntries(nodes), layers };
}
