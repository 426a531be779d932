/**
 * The quote: rounds, bytes and memory of a plan, exact, before anything runs. What the links count afterwards must equal it.
 *
 * Bytes are payload: ring elements, bits and corrections, without the frames of gRPC and TLS (a few per cent) and without the
 * handshake, the flow control of the dealer and decisions of early stopping (a few kilobytes). Where early stopping may leave sessions
 * out, the quote is for all of them; of a plan with those that ran it is exact again.
 * @module
 */

import type { Entering, Output } from '../../operations/effects.ts';
import { type EnteringOp, enteringOps } from '../../operations/entering.ts';
import { declared } from '../../operations/table.ts';
import { sizeOf, type Value } from '../../operations/value.ts';
import { enteredBy } from '../../trust/roles.ts';
import type { Phase, Plan, Roles } from '../plan.ts';
import { type PhaseLayout, phaseLayout } from '../write/layout.ts';
import { planMemory } from './tensor-memory.ts';

export type TrafficKind = 'opening' | 'input' | 'output' | 'correction';

/** Corrections of several repetitions share a message up to this size: one piece on the wire, where a byte costs least. */
const CORRECTION_MESSAGE_BYTES = 1024 * 1024;
/** Room for the handshake. */
const SMALLEST_BOUND = 1024;

export interface Traffic {
  readonly from: string;
  readonly to: string;
  readonly kind: TrafficKind;
  readonly bytes: number;
}

export interface PhaseCost {
  readonly name: string;
  readonly repeat: number;
  /** The rounds of one repetition. */
  readonly rounds: number;
  readonly traffic: readonly Traffic[];
  /** Words of correlated randomness that each evaluator consumes. */
  readonly materialWords: number;
}

export interface PlanCost {
  /** One for each session of the plan. */
  readonly phases: readonly PhaseCost[];
  readonly rounds: number;
  /** Bytes sent, by node and kind. */
  readonly bytes: Readonly<Record<string, Readonly<Record<TrafficKind, number>>>>;
  /** The most that tensors take, in bytes, by node. */
  readonly memory: Readonly<Record<string, number>>;
  /** How much of that lies where the kernels have to address it. */
  readonly addressed: Readonly<Record<string, number>>;
}

/** What owners enter in a phase. */
export const entriesOfPhase = ({ ops }: Phase, values: readonly Value[]): readonly EnteringOp[] =>
  enteringOps(
    ops.map(({ op }) => op),
    values,
  );

export const entersAnything = ({ ops }: Phase): boolean => ops.some(({ op }) => declared(op).enters !== undefined);

/** Elements that enter in one repetition. */
export const entrySize = ({ rows, columns }: Entering): number => rows * columns.count;

/** Asked for in every repetition. */
const revealed = new WeakMap<Phase, readonly Output[]>();

export function revealsOfPhase(phase: Phase): readonly Output[] {
  const known = revealed.get(phase);
  if (known !== undefined) return known;
  const reveals = phase.ops.flatMap(({ op }) => declared(op).reveals?.(op) ?? []);
  revealed.set(phase, reveals);
  return reveals;
}

/** Bytes of one revealed value, to one recipient from one sender. */
export function revealBytes(value: Value): number {
  return value.kind === 'maskedBits' ? Math.ceil(sizeOf(value) / 8) : 8 * sizeOf(value);
}

/** Who sends its share of an output to `recipient`: all other evaluators, or to the dealer, which knows the mask, the first alone. */
export function revealSenders(roles: Roles, recipient: string): readonly string[] {
  return recipient === roles.dealer
    ? roles.evaluators.slice(0, 1)
    : roles.evaluators.filter((evaluator) => evaluator !== recipient);
}

export function lastEvaluator({ evaluators }: Roles): string {
  return evaluators[evaluators.length - 1];
}

function phaseTraffic({ roles, values }: Plan, phase: Phase, layout: PhaseLayout): Traffic[] {
  const traffic: Traffic[] = [];
  const push = (from: string, to: string, kind: TrafficKind, bytes: number) => {
    if (bytes > 0) traffic.push({ from, to, kind, bytes });
  };
  push(roles.dealer, lastEvaluator(roles), 'correction', 8 * (layout.materialWords - layout.seededWords));
  const entries = entriesOfPhase(phase, values);
  for (const party of roles.parties) {
    const words = entries.reduce(
      (sum, op) => sum + (enteredBy(roles, op.owner).includes(party) ? entrySize(op) : 0),
      0,
    );
    for (const to of roles.evaluators) if (to !== party) push(party, to, 'input', 8 * words);
  }
  const opened = layout.rounds.reduce((sum, round) => sum + round.bytes, 0);
  for (const from of roles.evaluators) {
    for (const to of roles.evaluators) if (to !== from) push(from, to, 'opening', opened);
  }
  for (const recipient of roles.parties) {
    const bytes = revealsOfPhase(phase).reduce(
      (sum, op) => sum + (op.to.includes(recipient) ? revealBytes(values[op.of]) : 0),
      0,
    );
    for (const from of revealSenders(roles, recipient)) push(from, recipient, 'output', bytes);
  }
  return traffic;
}

/** Rounds of one repetition: inputs in one message, the openings, outputs in one message. */
export function phaseRounds(phase: Phase): number {
  return (entersAnything(phase) ? 1 : 0) + phase.openingRounds + (revealsOfPhase(phase).length > 0 ? 1 : 0);
}

/**
 * Repetitions of a phase whose corrections travel in one message. Where owners enter something, a dealer may have to wait for the
 * outputs of a repetition before it goes on: then one, so that nothing is held back that others need to get there.
 */
export function correctionsPerMessage(phase: Phase, bytes: number, repeat: number): number {
  if (entersAnything(phase)) return 1;
  return Math.max(1, Math.min(repeat, Math.floor(CORRECTION_MESSAGE_BYTES / Math.max(1, bytes))));
}

/** The largest payload that any link of the plan ever carries. */
export function largestMessage(plan: Plan): number {
  return plan.sessions.reduce((most, { phase: index, repeat }) => {
    const phase = plan.phases[index];
    const layout = phaseLayout(plan, phase);
    const sizes = phaseTraffic(plan, phase, layout).map(({ kind, bytes }) => {
      if (kind === 'opening') return Math.max(...layout.rounds.map((round) => round.bytes));
      return kind === 'correction' ? bytes * correctionsPerMessage(phase, bytes, repeat) : bytes;
    });
    return Math.max(most, ...sizes);
  }, SMALLEST_BOUND);
}

export function planCost(plan: Plan): PlanCost {
  const layouts = plan.phases.map((phase) => phaseLayout(plan, phase));
  const traffics = plan.phases.map((phase, i) => phaseTraffic(plan, phase, layouts[i]));
  const roundsOf = plan.phases.map(phaseRounds);
  const phases = plan.sessions.map(({ phase, repeat }) => ({
    name: plan.phases[phase].name,
    repeat,
    rounds: roundsOf[phase],
    traffic: traffics[phase],
    materialWords: layouts[phase].materialWords,
  }));
  const { roles } = plan;
  const bytes = Object.fromEntries(
    roles.nodes.map((node) => [node, { opening: 0, input: 0, output: 0, correction: 0 }]),
  );
  for (const { traffic, repeat } of phases) {
    for (const { from, kind, bytes: each } of traffic) bytes[from][kind] += repeat * each;
  }
  const tensors = Object.entries(planMemory(plan, layouts));
  const memory = Object.fromEntries(tensors.map(([node, { addressed, records }]) => [node, addressed + records]));
  const addressed = Object.fromEntries(tensors.map(([node, { addressed }]) => [node, addressed]));
  const rounds = phases.reduce((sum, phase) => sum + phase.rounds * phase.repeat, 0);
  return { phases, rounds, bytes, memory, addressed };
}
