/**
 * How records enter: a bounded number of rows of every owner at a time, so that nobody holds them twice, and the rest at the end.
 * @module
 */

import type { LoadedTile } from '../../operations/load.ts';
import { enteredBy } from '../../trust/roles.ts';
import type { Session, ValueId } from '../plan.ts';
import { partsOf, type Rectangle, rectanglesOf } from '../records.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';

/** About what a party sends to an evaluator at a time. */
const MESSAGE_BYTES = 2 ** 20;

export interface Loaded {
  readonly records: ValueId;
  /** What its owners call it. */
  readonly name: string;
}

/** Adds the phases that fill `sets`, all at the same time, and gives them in order with their repetitions. */
export function loadingPhases(plan: PlanBuilder, sets: readonly Loaded[]): Session[] {
  const parts = sets.flatMap(({ records, name }) =>
    entering(plan, records).map((part) => ({ ...part, records, name })),
  );
  const bytesOf = (party: string) =>
    parts.reduce((sum, { owner, bytes }) => sum + (enteredBy(plan.roles, owner).includes(party) ? bytes : 0), 0);
  const repeat = Math.max(1, ...plan.roles.parties.map((party) => Math.ceil(bytesOf(party) / MESSAGE_BYTES)));
  const load = (name: string, times: number, rowsOf: (all: number) => number): Session[] => {
    if (!parts.some(({ rows }) => rowsOf(rows) > 0)) return [];
    const phase = plan.phase(name, (phase) => {
      for (const { records, owner, name, rows: all, tile } of parts) {
        const rows = rowsOf(all);
        // The rest stands at the end.
        if (rows > 0) phase.load(records, owner, name, times === 1 ? all - rows : 0, rows, tile);
      }
    });
    return [{ phase, repeat: times }];
  };
  return [
    ...load('sharing records', repeat, (all) => Math.floor(all / repeat)),
    ...load('sharing the last records', 1, (all) => all % repeat),
  ];
}

interface EnteringPart extends Pick<Rectangle, 'owner' | 'rows'> {
  readonly bytes: number;
  readonly tile?: LoadedTile;
}

/** The parts of a set, and what each of them comes to. */
function entering({ state, values }: PlanBuilder, records: ValueId): EnteringPart[] {
  const parts = partsOf({ state }, records);
  return rectanglesOf(parts, values[records].cols).map(({ owner, rows, columns }, part) => ({
    ...{ owner, rows, bytes: 8 * rows * columns.count },
    ...(parts[part].tile === undefined ? {} : { tile: { part, columns } }),
  }));
}
