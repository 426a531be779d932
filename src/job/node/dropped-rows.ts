/**
 * Rows that do not count, since a feature with `missing: drop` has no value in them.
 * @module
 */
import type { NeededCells } from '../../alignment/identifiers/read-identifiers.ts';
import type { TableSource } from '../../data/table-source.ts';
import { droppingFeatures } from '../../encoding/declaration.ts';
import { cellReader } from '../../encoding/feature-encoder.ts';
import type { Job } from '../file/job.ts';
import { encodingOf, featuresHeld, type TableOwner } from './records-wanted.ts';

/** The columns of a party's table without a value of which a row does not count. */
export function columnsNeeded(job: Job, { party, table }: TableOwner): string[] {
  const names = droppingFeatures(featuresHeld(job, party)).map(({ name }) => table?.columns?.[name]?.column ?? name);
  return [...new Set(names)];
}

/** The cells of these columns, and how they are read; nothing where every row counts. */
export function cellsNeeded(
  job: Job,
  owner: TableOwner,
  source: Pick<TableSource, 'numberIn'>,
): NeededCells | undefined {
  const columns = columnsNeeded(job, owner);
  if (columns.length === 0) return undefined;
  const encoding = { ...encodingOf(job, owner), form: { numberIn: (cell: string) => source.numberIn(cell) } };
  const readers = droppingFeatures(encoding.features).map((placed) => cellReader(placed, encoding));
  const at = readers.map(({ column }) => columns.indexOf(column));
  return {
    columns,
    isComplete: (cells) => readers.every(({ read }, i) => read(cells[at[i]]) !== 'missing'),
  };
}
