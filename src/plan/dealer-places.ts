/**
 * Which tensors of a phase a dealer needs when, beside its material. It takes operations one after the other, each at a moment of its own.
 *
 * Of most material it needs what all evaluators expand together. What one of them expands it needs for itself where a mask has a spread, or an owner.
 * @module
 */
import { laneBitsFor } from '../protocol/cost.ts';
import { maskDigitsTemporary } from '../protocol/less-than.ts';
import { laneWords, spreadsOf } from '../protocol/spread.ts';
import { even, type PhaseLayout } from './layout.ts';
import { maskNeeds } from './mask-needs.ts';
import { operationCost } from './operation-cost.ts';
import { Places, type Room } from './places.ts';
import { inputsOf, type Op, type Phase, type Plan, sizeOf, type ValueId } from './plan.ts';

/** What one evaluator expands of an item of material. */
export interface ExpandedRoom {
  readonly evaluator: number;
  readonly words: number;
  readonly room: Room;
}

export interface DealerRooms {
  /** The mask of the result, as a whole and as its spread, or what its shares lack. */
  readonly whole?: Room;
  readonly spread: readonly Room[];
  readonly lacking?: Room;
  readonly temporary: readonly Room[];
  /** By item of material. */
  readonly expanded: readonly (readonly ExpandedRoom[])[];
}

export interface DealerPlaces {
  readonly places: Places;
  readonly operations: readonly DealerRooms[];
  /** For a piece of what an evaluator expands. */
  readonly piece: Room;
}

/** Words of material that are expanded and added up at once. */
export const PIECE_WORDS = 2 ** 17;
/** Streams are read from block boundaries. */
export const BLOCK_BYTES = 64;

export function dealerPlaces(plan: Plan, phase: Phase, layout: PhaseLayout): DealerPlaces {
  const { values, roles } = plan;
  const evaluators = roles.evaluators.map((_, j) => j);
  const spreads = spreadsOf(evaluators.length);
  const end = phase.ops.length;
  const ops = phase.ops.map(({ op }) => op);
  const updated = phase.updates.map(({ from }) => from);
  const until = new Map<ValueId, number>(updated.map((id) => [id, end]));
  ops.forEach((op, i) => {
    for (const id of inputsOf(op)) until.set(id, Math.max(until.get(id) ?? 0, op.op === 'reveal' ? end : i));
  });
  const needs = maskNeeds(ops, values, updated);
  const lacks = lackingValues(ops, plan);

  const rooms: Room[] = [];
  const room = (words: number, from: number, to: number): Room => {
    const added = { bytes: 8 * words, from, until: Math.max(from, to) };
    rooms.push(added);
    return added;
  };
  const piece = room(Math.min(PIECE_WORDS, layout.materialWords) + BLOCK_BYTES / 8, -1, end);
  const operations = ops.map((op, i): DealerRooms => {
    const { material } = operationCost(op, values, roles);
    /** Of an item, for these evaluators. */
    const expand = (item: number, by: readonly number[], to = i): readonly ExpandedRoom[] => {
      const words = even(material[item].words);
      return by.map((evaluator) => ({ evaluator, words, room: room(words + BLOCK_BYTES / 8, i, to) }));
    };
    if (!('out' in op)) return { spread: [], temporary: [], expanded: material.map(() => []) };
    const count = sizeOf(values[op.out]);
    const last = until.get(op.out) ?? i;
    const isMasked = values[op.out].kind === 'masked';
    const of = needs.get(op.out);
    const isSpread = isMasked && of?.shares === true && spreads > 0;
    const spread = isSpread ? Array.from({ length: spreads }, () => room(count, i, last)) : [];
    // The whole mask of what enters or is opened lies with the material.
    const isFresh = op.op === 'input' || op.op === 'open';
    const whole = isMasked && !isFresh && of?.whole === true ? room(count, i, last) : undefined;
    const lacking = lacks.has(op.out) ? room(count, i, last) : undefined;
    const result = {
      ...(whole === undefined ? {} : { whole }),
      ...(lacking === undefined ? {} : { lacking }),
      spread,
    };
    const nothing = material.map(() => []);
    switch (op.op) {
      case 'input': {
        const holder = roles.evaluators.indexOf(op.owner);
        const expanded = holder >= 0 ? [expand(0, [holder], last)] : isSpread ? [expand(0, evaluators)] : nothing;
        return { ...result, temporary: [], expanded };
      }
      case 'open':
        return { ...result, temporary: [], expanded: isSpread ? [expand(0, evaluators)] : nothing };
      case 'truncate': {
        if (!isSpread) return { ...result, temporary: [], expanded: nothing };
        const sizes = [count, laneWords(count, laneBitsFor(op.bits))];
        return {
          ...result,
          temporary: sizes.flatMap((words) => spread.map(() => room(words, i, i))),
          expanded: [expand(0, evaluators.slice(0, -1)), [], expand(2, evaluators)],
        };
      }
      case 'maskDigits':
        return { ...result, temporary: [room(maskDigitsTemporary(sizeOf(values[op.of])), i, i)], expanded: nothing };
      default:
        return { ...result, temporary: [], expanded: nothing };
    }
  });
  return { places: new Places(rooms), operations, piece };
}

/** Values whose shares lack something that the dealer keeps. */
function lackingValues(ops: readonly Op[], { values }: Plan): ReadonlySet<ValueId> {
  const lacking = new Set<ValueId>();
  for (const op of ops) {
    if (!('out' in op) || values[op.out].kind !== 'shares') continue;
    const isLacking =
      op.op === 'product' || op.op === 'noise'
        ? !op.corrected
        : isLinear(op) && inputsOf(op).some((id) => lacking.has(id));
    if (isLacking) lacking.add(op.out);
  }
  return lacking;
}

const LINEAR = new Set<Op['op']>([
  'gather',
  'linear',
  'broadcast',
  'sumRows',
  'sumColumns',
  'repeatColumn',
  'selectColumns',
  'randomSums',
]);
const isLinear = ({ op }: Op) => LINEAR.has(op);
