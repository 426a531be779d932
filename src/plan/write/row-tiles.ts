/**
 * Records taken some rows at a time, where what is counted of them adds up.
 * @module
 */

import type { ValueId } from '../plan.ts';
import { exactly } from './linear-builder.ts';
import type { PhaseBuilder } from './phase-builder.ts';

/** Rows predicted at a time: more take fewer rounds, and more memory. */
export const ROW_TILE = 512;

export interface RowTiles {
  readonly tiles: number;
  /** Rows of the first tile, which is the one that may be smaller; all others are whole. */
  readonly first: number;
}

export function rowTiles(rows: number, whole: number = ROW_TILE): RowTiles {
  const tiles = Math.ceil(rows / whole);
  return { tiles, first: rows - (tiles - 1) * whole };
}

/** total + counted, which stays within the bound of the total. */
export function added(phase: PhaseBuilder, total: ValueId, counted: ValueId): ValueId {
  const { fractionalBits, bound, name } = phase.valueOf(total);
  const terms = [total, counted].map((value) => ({ value, factor: exactly(1) }));
  return phase.bounded(phase.linear(terms, exactly(0), fractionalBits, name), bound);
}
