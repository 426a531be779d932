/**
 * Where correlated randomness and openings of a phase lie, the same at every node.
 *
 * Material of one repetition, in words: [seeds, added | seeds, xored | owners' masks | corrections, added | corrections, xored].
 * Every evaluator but the last expands all of it from its stream; the last expands what comes before the corrections and is sent those.
 * A round's message holds its openings back to back: ring elements, then bit planes, then narrow fields.
 * @module
 */
import { type Material, type Opening, openingBytes } from '../protocol/cost.ts';
import { operationCost } from './operation-cost.ts';
import { type Op, type Phase, type Plan, sizeOf, type Value } from './plan.ts';

const AREAS = ['seedsAdd', 'seedsXor', 'owner', 'correctionAdd', 'correctionXor'] as const;
type AreaName = (typeof AREAS)[number];

export interface Area {
  /** First word. */
  readonly from: number;
  readonly words: number;
}

export interface PlacedOpening {
  /** Index of the operation in the phase, and which of its openings this is. */
  readonly operation: number;
  readonly stage: number;
  readonly opening: Opening;
  /** First byte in the round's message. */
  readonly at: number;
}

export interface RoundLayout {
  readonly openings: readonly PlacedOpening[];
  /** Bytes of ring elements, of bit planes, and of everything. */
  readonly ringBytes: number;
  readonly bitBytes: number;
  readonly bytes: number;
}

export interface PhaseLayout {
  readonly areas: Readonly<Record<AreaName, Area>>;
  /** Words of material in all, and without the corrections. */
  readonly materialWords: number;
  readonly seededWords: number;
  /** First word of each item of material, by operation. */
  readonly material: readonly (readonly number[])[];
  readonly rounds: readonly RoundLayout[];
  /** Public random words of one repetition, and where those of each operation begin. */
  readonly publicWords: number;
  readonly publicAt: readonly number[];
}

function areaOf({ sharing, source }: Material): AreaName {
  if (source === 'owner') return 'owner';
  if (source === 'seeds') return sharing === 'add' ? 'seedsAdd' : 'seedsXor';
  return sharing === 'add' ? 'correctionAdd' : 'correctionXor';
}

/** Streams are read from 16-byte boundaries, and bit planes by 128-bit lanes. */
const even = (words: number) => 2 * Math.ceil(words / 2);

/** Public random words that an operation reads: weights of a hash, or random signs. */
function publicWordsOf(op: Op, values: readonly Value[]): number {
  if (op.op === 'watch') return sizeOf(values[op.bits]);
  if (op.op === 'randomSums') return Math.ceil((values[op.out].rows * sizeOf(values[op.of])) / 64);
  return 0;
}

export function phaseLayout(plan: Plan, phase: Phase): PhaseLayout {
  const costs = phase.ops.map(({ op }) => operationCost(op, plan.values, plan.roles));
  const words = new Map<AreaName, number>(AREAS.map((name) => [name, 0]));
  const within = costs.map(({ material }) =>
    material.map((item) => {
      const name = areaOf(item);
      const at = words.get(name) ?? 0;
      words.set(name, at + even(item.words));
      return { name, at };
    }),
  );
  let end = 0;
  const areas = Object.fromEntries(
    AREAS.map((name) => {
      const area = { from: end, words: words.get(name) ?? 0 };
      end += area.words;
      return [name, area];
    }),
  ) as Record<AreaName, Area>;
  let publicWords = 0;
  const publicAt = phase.ops.map(({ op }) => {
    const at = publicWords;
    publicWords += even(publicWordsOf(op, plan.values));
    return at;
  });
  return {
    publicWords,
    publicAt,
    areas,
    materialWords: end,
    seededWords: areas.correctionAdd.from,
    material: within.map((items) => items.map(({ name, at }) => areas[name].from + at)),
    rounds: Array.from({ length: phase.openingRounds }, (_, round) =>
      roundLayout(
        costs.flatMap(({ openings }, operation) => {
          const stage = round - phase.ops[operation].round;
          return stage >= 0 && stage < openings.length ? [{ operation, stage, opening: openings[stage] }] : [];
        }),
      ),
    ),
  };
}

function roundLayout(openings: readonly Omit<PlacedOpening, 'at'>[]): RoundLayout {
  let bytes = 0;
  const place = (kind: Opening['kind']) =>
    openings
      .filter(({ opening }) => opening.kind === kind)
      .map((placed) => {
        const at = bytes;
        bytes += openingBytes(placed.opening);
        return { ...placed, at };
      });
  const ring = place('ring');
  const ringBytes = bytes;
  const bits = place('bits');
  const bitBytes = bytes - ringBytes;
  const fields = place('fields');
  return { openings: [...ring, ...bits, ...fields], ringBytes, bitBytes, bytes };
}
