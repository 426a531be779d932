/**
 * Which tensors of a phase a dealer needs when, beside its material. It takes operations one after the other, each at a moment of its own.
 *
 * Of most material it needs what all evaluators expand together. What one of them expands it needs for itself where a mask has a spread, or an owner.
 * @module
 */
import { declared, inputsOf, type Op, operationCost } from '../../operations/table.ts';
import { sizeOf, type ValueId } from '../../operations/value.ts';
import { spreadsOf } from '../../protocol/spread.ts';
import type { Phase, Plan } from '../plan.ts';
import { even, type PhaseLayout } from './layout.ts';
import { maskNeeds } from './mask-needs.ts';
import { Places, type Room } from './places.ts';

/** What one evaluator expands of an item of material. */
export interface ExpandedRoom {
  readonly evaluator: number;
  readonly words: number;
  readonly room: Room;
}

export interface DealerRooms {
  /** The mask of the result, as a whole and as its spread, or the correction that its shares go without. */
  readonly whole?: Room;
  readonly spread: readonly Room[];
  readonly uncorrected?: Room;
  readonly temporary: readonly Room[];
  /** What evaluators expand of each item of material. */
  readonly expanded: readonly (readonly ExpandedRoom[])[];
}

export interface DealerPlaces {
  readonly places: Places;
  readonly operations: readonly DealerRooms[];
  /** The room for a piece of what an evaluator expands. */
  readonly piece: Room;
}

/** Words of material that are expanded and added up at once. */
export const PIECE_WORDS = 2 ** 17;
/** Streams are read from block boundaries. */
export const BLOCK_BYTES = 64;

export function dealerPlaces(plan: Plan, phase: Phase, layout: PhaseLayout): DealerPlaces {
  const { values, roles } = plan;
  const spreads = spreadsOf(roles.evaluators.length);
  const end = phase.ops.length;
  const ops = phase.ops.map(({ op }) => op);
  const updated = phase.updates.map(({ from }) => from);
  const until = new Map<ValueId, number>(updated.map((id) => [id, end]));
  ops.forEach((op, i) => {
    for (const id of inputsOf(op))
      until.set(id, Math.max(until.get(id) ?? 0, declared(op).readsUntil === 'end' ? end : i));
  });
  const needs = maskNeeds(ops, values, updated);
  const withoutCorrection = uncorrectedValues(ops, plan);

  const rooms: Room[] = [];
  const room = (words: number, from: number, to: number): Room => {
    const added = { bytes: 8 * words, from, until: Math.max(from, to) };
    rooms.push(added);
    return added;
  };
  const piece = room(Math.min(PIECE_WORDS, layout.materialWords) + BLOCK_BYTES / 8, -1, end);
  const operations = ops.map((op, i): DealerRooms => {
    const { material } = operationCost(op, plan);
    const declaration = declared(op);
    if (!('out' in op)) return { spread: [], temporary: [], expanded: material.map(() => []) };
    const count = sizeOf(values[op.out]);
    const last = until.get(op.out) ?? i;
    const isMasked = values[op.out].kind === 'masked';
    const of = needs.get(op.out);
    const isSpread = isMasked && of?.shares === true && spreads > 0;
    const spread = isSpread ? Array.from({ length: spreads }, () => room(count, i, last)) : [];
    // The whole fresh mask lies with the material.
    const whole = isMasked && declaration.isFresh !== true && of?.whole === true ? room(count, i, last) : undefined;
    const uncorrected = withoutCorrection.has(op.out) ? room(count, i, last) : undefined;
    const dealing = declaration.dealing?.(op, { setting: plan, isSpread, spreads });
    const temporary = dealing?.temporary.map((words) => room(words, i, i)) ?? [];
    const expandedUntil = dealing?.keepsExpanded === true ? last : i;
    const expanded = material.map(({ words }, item) =>
      (dealing?.expanded[item] ?? []).map((evaluator): ExpandedRoom => {
        const size = even(words);
        return { evaluator, words: size, room: room(size + BLOCK_BYTES / 8, i, expandedUntil) };
      }),
    );
    return {
      ...(whole === undefined ? {} : { whole }),
      ...(uncorrected === undefined ? {} : { uncorrected }),
      ...{ spread, temporary, expanded },
    };
  });
  return { places: new Places(rooms), operations, piece };
}

/** Values whose shares go without a correction that the dealer keeps. */
function uncorrectedValues(ops: readonly Op[], { values }: Plan): ReadonlySet<ValueId> {
  const uncorrected = new Set<ValueId>();
  for (const op of ops) {
    if (!('out' in op) || values[op.out].kind !== 'shares') continue;
    const isUncorrected =
      'corrected' in op
        ? !op.corrected
        : declared(op).uncorrected === 'passed on' && inputsOf(op).some((id) => uncorrected.has(id));
    if (isUncorrected) uncorrected.add(op.out);
  }
  return uncorrected;
}
