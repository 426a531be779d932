/**
 * Where the rows of one kind lie: data that a configuration names, rows of a program, or a source of a program's own.
 * @module
 */
import { invariant } from '../errors.ts';
import { tableCommitments } from './commitment.ts';
import { Document } from './document.ts';
import { numberIn } from './labels.ts';
import { readTable } from './read-table.ts';
import type { Commitments, RecordSource, Records, RecordsWanted } from './records.ts';
import { KeptRows, type Rows, rowTable } from './rows.ts';
import { type DataFile, dataFileSchema, isNamed, opened } from './sources/index.ts';
import type { TableSource } from './table-source.ts';

export type { DataFile } from './sources/index.ts';

/** Everything that records can be read from. */
export type Data = DataFile | RecordSource | Rows;

const isTable = (source: object): source is TableSource => 'find' in source && 'header' in source;

/** The records of a table. */
export const tableRecords = (table: TableSource): RecordSource => ({
  read: (wanted, onRows) => recordsIn(table, wanted, onRows),
  commitments: (columns) => tableCommitments(table, columns),
});

async function recordsIn(table: TableSource, wanted: RecordsWanted, onRows?: (rows: number) => void): Promise<Records> {
  const { features, labels, rows, columns } = await readTable(table, wanted, undefined, onRows);
  return { features, labels, rows, columns };
}

/** The rows of sources that were made of rows. */
const rowsOf = new WeakMap<RecordSource, KeptRows>();

/**
 * A source of records from rows of a program. It reads the rows once.
 * @example
 * const source = rowSource(database.query('select * from patients'));
 */
export function rowSource(rows: Rows): RecordSource {
  const kept = new KeptRows(rows);
  const source: RecordSource = {
    read: (wanted, onRows) => recordsIn(rowTable(kept, columnsOf(wanted)), wanted, onRows),
    commitments: (columns) => tableCommitments(rowTable(kept, columns), columns),
  };
  rowsOf.set(source, kept);
  return source;
}

/** The columns that are read, in the order in which a list has them. */
export function columnsOf({ features, label, encoders, labelEncoder }: RecordsWanted): string[] {
  const read = encoders?.({ numberIn }).flatMap(({ reads }) => reads) ?? features.map(({ name }) => name);
  const ofLabel = label === undefined ? [] : (labelEncoder?.({ numberIn }).reads ?? [label]);
  return [...new Set([...read, ...ofLabel])];
}

/** What some data is: a table, for someone who reads these columns, or records that are none. */
function sourceIn(data: Data, columns: readonly string[]): TableSource | RecordSource {
  if (isFile(data)) return opened(data);
  if (!('commitments' in data)) return rowTable(new KeptRows(data), columns);
  const kept = rowsOf.get(data);
  return kept === undefined ? data : rowTable(kept, columns);
}

/** The source that some data is. */
export function sourceOf(data: Data): RecordSource {
  if (!isFile(data)) return 'commitments' in data ? data : rowSource(data);
  const source = sourceIn(data, []);
  return isTable(source) ? tableRecords(source) : source;
}

/** The table that some data is, for someone who reads these columns; nothing where it is none. */
export function tableOf(data: Data, columns: readonly string[]): TableSource | undefined {
  const source = sourceIn(data, columns);
  return isTable(source) ? source : undefined;
}

/** The table in the file or folder at a path. `form`: keys that say in which form the CSV file there is. Throws `TREFOIL_USAGE` where these are wrong. */
export function tableAt(path: string, form?: object): TableSource {
  const source = opened(form === undefined ? path : csvFileOf(path, form));
  invariant(isTable(source), 'a path alone, or a CSV file, is that of a table');
  return source;
}

function csvFileOf(path: string, form: object): DataFile {
  const document = new Document({ ...form, file: path });
  const file = document.read(dataFileSchema);
  document.throwProblems('TREFOIL_USAGE', 'the form of the records');
  invariant(file !== undefined, 'a form without problems is read');
  return file;
}

/** The same data, of which rows that come one by one can be asked for more than once. */
export const lasting = (data: Data): DataFile | RecordSource => (isFile(data) ? data : sourceOf(data));

/** Whether a configuration can name these data, so that another process can read them. */
export const isFile = (data: Data): data is DataFile => typeof data === 'string' || isNamed(data);

/** Names for the rows of some data, for a job that uses these columns. */
export const commitmentsOf = (data: Data, columns: readonly string[]): Promise<Commitments> =>
  sourceOf(data).commitments(columns);
