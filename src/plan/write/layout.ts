/**
 * Where correlated randomness and openings of a phase lie, the same at every node.
 *
 * Material of one repetition, in words: [seeds, by sharing | owners' masks | corrections, by sharing].
 * Every evaluator but the last expands all of it from its stream; the last expands what comes before the corrections and is sent those.
 * A round's message holds its openings back to back: ring elements, then bit planes, then narrow fields.
 * @module
 */

import type { OperationCost } from '../../operations/operation.ts';
import { declared, operationCost } from '../../operations/table.ts';
import { type Material, type Opening, openingBytes, type Sharing } from '../../protocol/consumption.ts';
import type { Phase, Plan } from '../plan.ts';

const SHARINGS: readonly Sharing[] = ['add', 'add32', 'add16', 'xor'];

export interface Area {
  readonly source: Material['source'];
  readonly sharing: Sharing;
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
  readonly areas: readonly Area[];
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

const AREAS = (['seeds', 'owner', 'correction'] as const).flatMap((source) =>
  SHARINGS.map((sharing) => ({ source, sharing })),
);

const areaOf = (item: Material): number =>
  AREAS.findIndex(({ source, sharing }) => item.source === source && item.sharing === sharing);

/** Bit planes are read by 128-bit lanes. */
export const even = (words: number) => 2 * Math.ceil(words / 2);

/** Words that these items take of the corrections of a repetition. */
export const correctionWords = (material: readonly Material[]): number =>
  material.reduce((sum, { source, words }) => sum + (source === 'correction' ? even(words) : 0), 0);

/** Material of a repetition up to which that of the next is expanded while a message is on its way: more would take the memory twice. */
const AHEAD_WORDS = 2 ** 25;

export const expandsAhead = ({ materialWords }: Pick<PhaseLayout, 'materialWords'>): boolean =>
  materialWords <= AHEAD_WORDS;

export function phaseLayout(plan: Plan, phase: Phase): PhaseLayout {
  const costs = phase.ops.map(({ op }) => operationCost(op, plan));
  const words = AREAS.map(() => 0);
  const within = costs.map(({ material }) =>
    material.map((item) => {
      const area = areaOf(item);
      const at = words[area];
      words[area] += even(item.words);
      return { area, at };
    }),
  );
  let end = 0;
  const areas = AREAS.map((area, i) => {
    const from = end;
    end += words[i];
    return { ...area, from, words: words[i] };
  });
  let publicWords = 0;
  const publicAt = phase.ops.map(({ op }) => {
    const at = publicWords;
    publicWords += even(declared(op).publicWords?.(op, plan.values) ?? 0);
    return at;
  });
  return {
    publicWords,
    publicAt,
    areas,
    materialWords: end,
    seededWords: areas.find(({ source }) => source === 'correction')?.from ?? end,
    material: within.map((items) => items.map(({ area, at }) => areas[area].from + at)),
    rounds: openingsByRound(phase, costs).map(roundLayout),
  };
}

function openingsByRound({ ops, openingRounds }: Phase, costs: readonly OperationCost[]) {
  const rounds = Array.from({ length: openingRounds }, (): Omit<PlacedOpening, 'at'>[] => []);
  costs.forEach(({ openings }, operation) => {
    openings.forEach((opening, stage) => {
      rounds[ops[operation].round + stage].push({ operation, stage, opening });
    });
  });
  return rounds;
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
