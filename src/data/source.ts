/**
 * Where the rows of one kind lie: a CSV file, a pair of image files, rows of a program, or a source of a program's own.
 * @module
 */
import { imageCommitments, tableCommitments } from './commitment.ts';
import { csvTable } from './csv-table.ts';
import { type ImageFiles, readImages } from './idx.ts';
import { readTable } from './read-table.ts';
import type { Commitments, RecordSource, Records, RecordsWanted } from './records.ts';
import { KeptRows, type Rows, rowTable } from './rows.ts';
import type { TableSource } from './table-source.ts';

/** The path of a CSV file, or the paths of an image set. */
export type DataFile = string | ImageFiles;

/** Everything that records can be read from. */
export type Data = DataFile | RecordSource | Rows;

/** The records of a table. */
export const tableRecords = (table: TableSource): RecordSource => ({
  read: (wanted, onRows) => recordsIn(table, wanted, onRows),
  commitments: (columns) => tableCommitments(table, columns),
});

async function recordsIn(table: TableSource, wanted: RecordsWanted, onRows?: (rows: number) => void): Promise<Records> {
  const { features, labels, rows, columns } = await readTable(table, wanted, undefined, onRows);
  return { features, labels, rows, columns };
}

/** The records of a pair of image and label files: each pixel is a feature, row by row. */
const imageFiles = (files: ImageFiles): RecordSource => ({
  read: (wanted) => readImages(files, wanted),
  commitments: () => imageCommitments(files),
});

/**
 * A source of records from rows of a program. It reads the rows once.
 * @example
 * const source = rowSource(database.query('select * from patients'));
 */
export function rowSource(rows: Rows): RecordSource {
  const kept = new KeptRows(rows);
  return {
    read: (wanted, onRows) => recordsIn(rowTable(kept, columnsOf(wanted)), wanted, onRows),
    commitments: (columns) => tableCommitments(rowTable(kept, columns), columns),
  };
}

/** The columns that are read, in the order in which a list has them. */
export function columnsOf({ features, label, encoders, labelEncoder }: RecordsWanted): string[] {
  const read = encoders?.().flatMap(({ reads }) => reads) ?? features.map(({ name }) => name);
  const ofLabel = label === undefined ? [] : (labelEncoder?.().reads ?? [label]);
  return [...new Set([...read, ...ofLabel])];
}

/** The source that some data is. */
export function sourceOf(data: Data): RecordSource {
  if (typeof data === 'string') return tableRecords(csvTable(data));
  if ('images' in data) return imageFiles(data);
  return 'commitments' in data ? data : rowSource(data);
}

/** The table that some data is, for someone who reads these columns; nothing where it is none. */
export function tableOf(data: Data, columns: readonly string[]): TableSource | undefined {
  if (typeof data === 'string') return csvTable(data);
  return 'images' in data || 'commitments' in data ? undefined : rowTable(new KeptRows(data), columns);
}

/** The same data, of which rows that come one by one can be asked for more than once. */
export const lasting = (data: Data): DataFile | RecordSource => (isFile(data) ? data : sourceOf(data));

/** Whether these data lie in files, so that another process can read them. */
export const isFile = (data: Data): data is DataFile => typeof data === 'string' || 'images' in data;

/** Names for the rows of some data, for a job that uses these columns. */
export const commitmentsOf = (data: Data, columns: readonly string[]): Promise<Commitments> =>
  sourceOf(data).commitments(columns);
