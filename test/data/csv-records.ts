/** The records of a CSV file, as a job and as a prediction ask for them. */
import { csvTable } from '../../src/data/csv-table.ts';
import { type RowsAnswered, readTable } from '../../src/data/read-table.ts';
import type { Records, RecordsWanted } from '../../src/data/records.ts';
import { sourceOf } from '../../src/data/source.ts';
import type { TableRecords } from '../../src/data/table-reading.ts';

export const readRecords = (path: string, wanted: RecordsWanted, onRows?: (rows: number) => void): Promise<Records> =>
  sourceOf(path).read(wanted, onRows);

export const readRows = (
  path: string,
  wanted: RecordsWanted,
  { missing, ...answered }: RowsAnswered & Pick<RecordsWanted, 'missing'>,
): Promise<TableRecords> => readTable(csvTable(path), { ...wanted, ...(missing && { missing }) }, answered);
