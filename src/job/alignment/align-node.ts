/**
 * What a node does before it trains, where parties have different columns of the same persons: it finds its rows of these with the others, and plans the
 * job on them.
 * @module
 */
import type { PlannedJob } from '../file/planned-job.ts';
import { hasColumns, type RowKind } from '../file/row-counts.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { type AlignedRows, alignedRecords, countsOf, planAligned, usedRows } from './aligned-job.ts';
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

/** Finds the rows with the other parties. Nothing for a party without columns, which takes part and hears how many there are afterwards. */
export async function alignNode(
  { planned, records, alignment }: NodeToAlign,
  meet: MeetForAlignment,
  observer: AlignmentObserver,
  stop: AbortSignal,
): Promise<AlignedNode | undefined> {
  const { kinds } = await runAlignment(alignment, meet, observer, stop);
  const { self, job } = alignment;
  const others = job.parties.filter((party) => party.name !== self && hasColumns(party)).map(({ name }) => name);
  if (!job.parties.some((party) => party.name === self && hasColumns(party))) return undefined;
  const found = new Map<RowKind, Uint32Array>(kinds.map((kind) => [kind.kind, rowsOf(kind, others)]));
  const rows = usedRows(job, found);
  return { planned: planAligned(planned, countsOf(rows)), records: alignedRecords(records, rows), rows };
}

/** The own rows that all other owners of columns have. */
const rowsOf = ({ common, shared }: AlignedKind, [other]: readonly string[]): Uint32Array =>
  (common ?? shared?.with.get(other))?.rows ?? new Uint32Array(0);
