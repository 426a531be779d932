/**
 * What a node does before it trains, where parties have different columns of the same persons: it finds its rows of these with the others, and plans the
 * job on them.
 * @module
 */
import type { PlannedJob } from '../file/planned-job.ts';
import { hasColumns, type RowKind } from '../file/row-counts.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { type AlignedRows, alignedRecords, countsOf, planAligned, usedRows } from './aligned-job.ts';
import { type AlignmentCost, alignmentCost } from './alignment-cost.ts';
import type { MeetForAlignment } from './meet.ts';
import type { PreparedAlignment } from './prepare-alignment.ts';
import { type AlignedKind, type AlignmentObserver, runAlignment } from './run-alignment.ts';

/** A node that can align. */
export interface NodeToAlign {
  readonly planned: PlannedJob;
  readonly records: OwnRecords;
  readonly alignment: PreparedAlignment;
}

/** A node whose rows are in the order that all parties have in common. */
export interface AlignedNode {
  readonly planned: PlannedJob;
  readonly records: OwnRecords;
  readonly rows: AlignedRows;
}

/** What a node has once it has aligned. */
export interface Alignment {
  readonly cost: AlignmentCost;
  /** Absent at a party without columns, which takes part and hears how many rows there are afterwards. */
  readonly aligned?: AlignedNode;
}

/** Finds the rows with the other parties. */
export async function alignNode(
  { planned, records, alignment }: NodeToAlign,
  meet: MeetForAlignment,
  observer: AlignmentObserver,
  stop: AbortSignal,
): Promise<Alignment> {
  const outcome = await runAlignment(alignment, meet, observer, stop);
  const { kinds } = outcome;
  const { self, job, rules } = alignment;
  const others = job.parties.filter((party) => party.name !== self && hasColumns(party)).map(({ name }) => name);
  const isOwner = job.parties.some((party) => party.name === self && hasColumns(party));
  const cost = alignmentCost(self, job, rules.find, outcome, (kind) =>
    isOwner ? rowsOf(kind, others).length : undefined,
  );
  if (!isOwner) return { cost };
  const found = new Map<RowKind, Uint32Array>(kinds.map((kind) => [kind.kind, rowsOf(kind, others)]));
  const rows = usedRows(job, found);
  const aligned = { planned: planAligned(planned, countsOf(rows)), records: alignedRecords(records, rows), rows };
  return { cost, aligned };
}

/** The own rows that all other owners of columns have. */
const rowsOf = ({ common, shared }: AlignedKind, [other]: readonly string[]): Uint32Array =>
  (common ?? shared?.with.get(other))?.rows ?? new Uint32Array(0);
