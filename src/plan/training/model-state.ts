/**
 * What lives from step to step: the parameters and what the optimiser remembers of them, within a limit that is proved or watched.
 * @module
 */
import { initialReach } from '../../graph/mlp.ts';
import type { StateNode } from '../../graph/model.ts';
import type { ParameterName } from '../outputs/parameters.ts';
import type { Session, ValueId } from '../plan.ts';
import { KEEP_WEIGHTS } from '../remedies.ts';
import { exactly } from '../write/linear-builder.ts';
import { type PhaseBuilder, SUM_TESTS } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import type { TrainingStep } from './step.ts';
import type { TrainingTask } from './task.ts';

/** What a weight can be where it is not proved to stay smaller: it is watched. */
export const WEIGHT_LIMIT = 2 ** 6;
const WEIGHT_CHUNK = 1024;
/** Fractional bits that an optimiser's memory has more than a weight: gradients are small. */
const MEMORY_BITS = 8;
/** Fractional bits of squares. */
const SQUARE_BITS = 40;

/** A parameter, or a copy of it. */
export interface NamedValue {
  readonly name: ParameterName;
  readonly value: ValueId;
}

/** How far one step moves a state: by how much its bound grows, and what it then is. */
export interface Moved {
  readonly growth: number;
  readonly bound: number;
}

export class ModelState {
  readonly values: readonly ValueId[];
  /** The parameters of the model, without what the optimiser remembers. */
  readonly trained: readonly NamedValue[];
  readonly #plan: PlanBuilder;
  readonly #nodes: readonly StateNode[];
  readonly #isProved: boolean;
  /** How far one step can move a state, from within its limit. */
  #reach: readonly number[];

  constructor(plan: PlanBuilder, task: TrainingTask, { model, isProved, firstScale }: TrainingStep) {
    this.#plan = plan;
    this.#nodes = model.state;
    this.#isProved = isProved;
    const starts = initialReach(task.architecture, task.initial);
    this.values = model.state.map((node) => {
      const bits = node.name === 'weights 1' ? firstScale?.weights : undefined;
      const { name, layer, rows, cols, bound = isProved ? 0 : WEIGHT_LIMIT } = node;
      const ownBits = bits ?? bitsOf(node, task.fractionalBits);
      return plan.addState({ rows, cols }, ownBits, bound, { name, layer }, starts.get(name));
    });
    this.trained = model.state.flatMap(({ name, role }, i) =>
      role === 'weights' || role === 'bias' ? [{ name: name as ParameterName, value: this.values[i] }] : [],
    );
    this.#reach = model.state.map(() => WEIGHT_LIMIT);
  }

  /** Expects the state to be within its limits, as far as that is not proved. */
  watch(phase: PhaseBuilder): void {
    for (const [i, name] of this.#watched()) this.#watchOne(phase, this.values[i], i, name);
  }

  /** Makes room for the sums in which the next step watches what has just been made of state `i`. */
  requireRoom(i: number, updated: ValueId): void {
    // The next step adds up a chunk of these before it knows that they are within the limit.
    if (!this.#isProved && this.#nodes[i].bound === undefined) this.#plan.requireRoom(updated, WEIGHT_CHUNK);
  }

  /** Takes over what one step, written on trial, has shown. */
  settle(moved: readonly Moved[]): void {
    if (this.#isProved) for (const [i, { growth }] of moved.entries()) this.#plan.widen(this.values[i], growth);
    else this.#reach = moved.map(({ bound }) => bound);
  }

  /** Adds the phases that keep the state as it begins, and that bring it back to that. Nothing is opened, and no node notices another one's. */
  beginnings(): { readonly keep: Session; readonly again: Session } {
    const begins = new Set(this.#plan.state.flatMap(({ value, initial }) => (initial === undefined ? [] : [value])));
    const kept = new Map(
      this.values.flatMap((value): [ValueId, ValueId][] => {
        const { name = 'state', layer, fractionalBits, bound, ...shape } = this.#plan.values[value];
        if (!begins.has(value)) return [];
        return [[value, this.#plan.addState(shape, fractionalBits, bound, { name: `initial ${name}`, layer })]];
      }),
    );
    const copy = (phase: PhaseBuilder, value: ValueId, factor: number) => {
      const source = phase.valueOf(value);
      return phase.linear([{ value, factor: exactly(factor) }], exactly(0), source.fractionalBits, source);
    };
    const keep = this.#plan.phase('keeping the initial model', (phase) => {
      for (const [value, into] of kept) phase.update(into, copy(phase, value, 1));
    });
    const again = this.#plan.phase('beginning anew', (phase) => {
      for (const value of this.values) {
        const from = kept.get(value);
        phase.update(value, from === undefined ? copy(phase, value, 0) : copy(phase, from, 1));
      }
    });
    return { keep: { phase: keep, repeat: 1 }, again: { phase: again, repeat: 1 } };
  }

  /** Adds the last look at the state and at those of its copies that are released, as far as they are not proved. */
  check(released: readonly NamedValue[]): Session[] {
    if (this.#isProved) return [];
    const phase = this.#plan.phase('checking weights', (phase) => {
      for (const [i, name] of this.#watched()) {
        this.#watchOne(phase, this.values[i], i, name);
        const copy = released.find((other) => other.name === name)?.value ?? this.values[i];
        if (copy !== this.values[i]) this.#watchOne(phase, copy, i, name);
      }
    });
    return [{ phase, repeat: 1 }];
  }

  #watched(): readonly (readonly [i: number, name: string])[] {
    if (this.#isProved) return [];
    return this.#nodes.flatMap(({ name, bound }, i) => (bound === undefined ? [[i, name] as const] : []));
  }

  /** One step has moved it by no more than to ±reach. */
  #watchOne(phase: PhaseBuilder, value: ValueId, i: number, name: string): void {
    const bounded = phase.bounded(value, this.#reach[i]);
    phase.watchSums(bounded, WEIGHT_LIMIT, WEIGHT_CHUNK, SUM_TESTS, name, KEEP_WEIGHTS);
  }
}

/** Fractional bits of a state, beside those of a parameter. */
function bitsOf({ role }: StateNode, fractionalBits: number): number {
  return role === 'squares' ? SQUARE_BITS : fractionalBits + (role === 'memory' ? MEMORY_BITS : 0);
}
