/**
 * What tells a run in the clear from a real one: its masks are public, so its values may be looked at on the way.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { EvaluatorSlots } from '../../operations/slots.ts';
import { type Plan, sizeOf, type ValueId } from '../../plan/plan.ts';
import type { ByteStream, Streams } from '../../prg/stream.ts';
import type { Node } from '../node.ts';
import type { Workspace } from '../workspace.ts';
import type { TrainedStep } from './trained-step.ts';

/** Masks that anybody can compute from the public randomness of a run. Nothing else is of this type: it has a private field. */
export class PublicMasks implements Streams {
  readonly #order: Streams;

  constructor(order: Streams) {
    this.#order = order;
  }

  stream(label: string): ByteStream {
    return this.#order.stream(`public ${label}`);
  }
}

/** A node that keeps no secret. No node of a session is one: its masks come from keys. */
export interface NodeInTheClear extends Node {
  readonly shared: ReadonlyMap<string, PublicMasks>;
  readonly onStep: (step: TrainedStep) => void;
}

/** Reads the values of a single evaluator, whose mask share is the whole mask. */
export class ClearValues {
  readonly #plan: Plan;
  readonly #workspace: Workspace;
  readonly #slots: EvaluatorSlots;
  readonly #rooms = new Map<ValueId, number>();

  constructor(plan: Plan, workspace: Workspace, slots: EvaluatorSlots) {
    invariant(plan.roles.evaluators.length === 1, 'values can be looked at where there is one evaluator');
    this.#plan = plan;
    this.#workspace = workspace;
    this.#slots = slots;
  }

  readonly read = (id: ValueId): Float64Array => {
    const { fractionalBits } = this.#plan.values[id];
    const count = sizeOf(this.#plan.values[id]);
    const { memory } = this.#workspace;
    const { kernels } = memory;
    const room = this.#rooms.get(id) ?? this.#workspace.words(count);
    this.#rooms.set(id, room);
    if (this.#slots.isShare(id)) kernels.decode(room, this.#slots.share(id).at, fractionalBits, count);
    else {
      const { value, mask } = this.#slots.masked(id);
      kernels.sub(room, value.at, mask.at, count);
      kernels.decode(room, room, fractionalBits, count);
    }
    return memory.f64(room, count);
  };
}
