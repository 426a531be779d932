/**
 * Which tensors of a phase an evaluator needs when, beside its material, its messages and what is smaller by far, as planes of bits are.
 *
 * Its moments are those of its executor (`runtime/evaluator/evaluator-phase.ts`): round by round the steps of operations, in their order, and then the exchange.
 * @module
 */
import type { MaskNeeds } from '../../operations/masks.ts';
import { declared, inputsOf } from '../../operations/table.ts';
import { isRing, sizeOf, type ValueId } from '../../operations/value.ts';
import type { Phase, Plan } from '../plan.ts';
import type { PhaseLayout } from './layout.ts';
import { allNeeds, maskNeeds } from './mask-needs.ts';
import { Places, type Room } from './places.ts';

/** What an operation writes, and what it needs on the way. */
export interface EvaluatorRooms {
  /** m, or a share. */
  readonly value?: Room;
  readonly mask?: Room;
  readonly temporary?: Room;
}

export interface RoundRooms {
  /** What was opened as ring elements and bits, added up. */
  readonly opened: Room;
  /** Sums of the fields of each opening, by its place in the message; of other openings nothing. */
  readonly sums: readonly (Room | undefined)[];
  /** The fields of one message. */
  readonly part: Room;
}

export interface EvaluatorPlaces {
  readonly places: Places;
  readonly operations: readonly EvaluatorRooms[];
  readonly rounds: readonly RoundRooms[];
}

/** What of the masks an evaluator needs: all of it where it is the only one. */
export function evaluatorNeeds({ roles, values }: Plan, { ops, updates }: Phase): ReadonlyMap<ValueId, MaskNeeds> {
  const all = ops.map(({ op }) => op);
  if (roles.evaluators.length === 1) return allNeeds(all);
  return maskNeeds(
    all,
    values,
    updates.map(({ from }) => from),
  );
}

export function evaluatorPlaces(plan: Plan, phase: Phase, layout: PhaseLayout): EvaluatorPlaces {
  const { values, roles } = plan;
  const { stages, exchanges, end } = momentsOf(phase, layout);
  const lastOf = (operation: number) => stages[operation][stages[operation].length - 1];
  const until = new Map<ValueId, number>(phase.updates.map(({ from }) => [from, end]));
  phase.ops.forEach(({ op }, i) => {
    const { readsUntil } = declared(op);
    const read = readsUntil === 'end' ? end : readsUntil === 'first step' ? stages[i][0] : lastOf(i);
    for (const id of inputsOf(op)) until.set(id, Math.max(until.get(id) ?? 0, read));
  });
  // The values of a single evaluator may be looked at when the repetition is over.
  const untilOf = (id: ValueId) => (roles.evaluators.length === 1 ? end : (until.get(id) ?? 0));

  const rooms: Room[] = [];
  const room = (bytes: number, from: number, to: number): Room => {
    const added = { bytes, from, until: Math.max(from, to) };
    rooms.push(added);
    return added;
  };
  const needs = evaluatorNeeds(plan, phase);
  const operations = phase.ops.map(({ op }, i): EvaluatorRooms => {
    const declaration = declared(op);
    const out = 'out' in op && declaration.isFresh !== true ? values[op.out] : undefined;
    const words = declaration.temporaryWords?.(op, values);
    const result = (has: boolean) =>
      has && out !== undefined ? room(8 * sizeOf(out), lastOf(i), untilOf(out.id)) : undefined;
    const value = result(out !== undefined && isRing(out));
    const keepsMask = declaration.keepsMask?.(op, values) === true;
    const mask = result(out?.kind === 'masked' && (keepsMask || needs.get(out.id)?.shares === true));
    return {
      ...(value === undefined ? {} : { value }),
      ...(mask === undefined ? {} : { mask }),
      ...(words === undefined ? {} : { temporary: room(8 * words, stages[i][0], lastOf(i)) }),
    };
  });
  const rounds = layout.rounds.map(({ openings, ringBytes, bitBytes }, r): RoundRooms => {
    let opened = 0;
    let widest = 0;
    const sums = openings.map(({ operation, stage, opening }) => {
      const { op } = phase.ops[operation];
      const read = stages[operation][stage + 1];
      if (opening.kind === 'fields') {
        widest = Math.max(widest, opening.count);
        return room(8 * opening.count, exchanges[r], read);
      }
      // A value that was opened stays in the message.
      opened = Math.max(opened, read, 'out' in op && declared(op).isFresh === true ? untilOf(op.out) : 0);
      return undefined;
    });
    return {
      opened: room(ringBytes + bitBytes, exchanges[r], opened),
      sums,
      part: room(8 * widest, exchanges[r], exchanges[r]),
    };
  });
  return { places: new Places(rooms), operations, rounds };
}

interface Moments {
  /** Of each step of each operation, of each exchange, and of what comes last: updates and outputs. */
  readonly stages: readonly (readonly number[])[];
  readonly exchanges: readonly number[];
  readonly end: number;
}

function momentsOf({ ops, openingRounds }: Phase, { rounds }: PhaseLayout): Moments {
  const openings = ops.map(() => 0);
  for (const round of rounds) for (const { operation } of round.openings) openings[operation]++;
  const stages = ops.map((): number[] => []);
  const exchanges: number[] = [];
  let moment = 0;
  for (let step = 0; step <= openingRounds; step++) {
    ops.forEach(({ round }, i) => {
      if (step >= round && step <= round + openings[i]) stages[i].push(moment++);
    });
    if (step < openingRounds) exchanges.push(moment++);
  }
  return { stages, exchanges, end: moment };
}
