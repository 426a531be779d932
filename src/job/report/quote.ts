/**
 * What a job will cost, open and reveal, known before anything runs.
 * @module
 */
import { type PlanCost, planCost, type TrafficKind } from '../../plan/quote/cost.ts';
import { type OpeningNotice, openingsOf } from '../../plan/quote/openings.ts';
import { type PlannedAlignment, plannedAlignment } from '../alignment/alignment-cost.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { rowsByOwner } from '../file/row-counts.ts';
import { jobMemory } from '../node/job-memory.ts';
import { type Resolution, resolutionOf } from './resolution.ts';

/** A network for which the time of a run is estimated. */
export interface Network {
  readonly name: string;
  /** Milliseconds that a round takes, whatever it carries. */
  readonly roundMs: number;
  readonly megabytesPerSecond: number;
}

export const NETWORKS: readonly Network[] = [
  { name: 'one machine', roundMs: 0.2, megabytesPerSecond: 300 },
  { name: 'a LAN (0.5 ms)', roundMs: 0.7, megabytesPerSecond: 100 },
  { name: 'a WAN (40 ms, 100 Mbit/s)', roundMs: 40, megabytesPerSecond: 12 },
];

export interface Quote {
  /** What finding the rows in common takes before the run, for as many as there can be. Absent: none are aligned. */
  readonly alignment?: PlannedAlignment;
  readonly rounds: number;
  /** Payload that each node sends, in bytes, by kind. */
  readonly bytes: Readonly<Record<string, Readonly<Record<TrafficKind, number>>>>;
  /** What the process of each node takes of its machine's memory, in bytes. */
  readonly memory: Readonly<Record<string, number>>;
  /** About how long a run takes on each network, by rounds and bytes alone. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Bits of the largest value that can occur; 62 is the most. */
  readonly headroomBits: number;
  /** Everything that leaves the computation, and who learns it. */
  readonly openings: readonly OpeningNotice[];
  /** Below these a number that comes out is rounding. */
  readonly resolved: Resolution;
}

/** Seconds on a network, by rounds and bytes alone. */
export function secondsOn({ rounds, bytes }: PlanCost, { roundMs, megabytesPerSecond }: Network): number {
  const sums = Object.values(bytes).map((kinds) => Object.values(kinds).reduce((sum, each) => sum + each, 0));
  return (rounds * roundMs) / 1000 + Math.max(...sums) / (megabytesPerSecond * 1e6);
}

/**
 * The price of a job: rounds and bytes are exact, seconds an estimate.
 * @example
 * const { rounds, seconds } = quoteJob(planJob(job));
 */
export function quoteJob({ job, plan }: PlannedJob): Quote {
  const cost = planCost(plan);
  const alignment = plannedAlignment(job);
  return {
    ...(alignment === undefined ? {} : { alignment }),
    rounds: cost.rounds,
    bytes: cost.bytes,
    memory: jobMemory(job, plan, cost),
    seconds: Object.fromEntries(NETWORKS.map((network) => [network.name, secondsOn(cost, network)])),
    headroomBits: plan.headroomBits,
    openings: openingsOf(plan, rowsByOwner(job)),
    resolved: resolutionOf(job, plan),
  };
}
