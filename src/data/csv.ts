/**
 * Records from a CSV file (RFC 4180, UTF-8, comma-separated, with a header row).
 *
 * A message names lines and columns, never a value: records must not end up in logs. Columns that nobody asked for are ignored, whatever is in them.
 * @module
 */

import { stat } from 'node:fs/promises';
import { eachRow } from './csv-rows.ts';
import { type RowsKept, Table } from './csv-table.ts';
import { throwProblems } from './document.ts';
import type { Records, RecordsWanted } from './records.ts';

/** Rows after which it is said how many there were. */
const COUNTED = 4096;

export interface KeptRecords extends Records {
  /** The cells of the id column; none where no column was asked for. */
  readonly ids: readonly string[];
  /** Columns that look as if they were in another unit, where values outside their ranges are kept. */
  readonly warnings: readonly string[];
}

/** The wanted columns of a CSV file. Throws `TREFOIL_DATA` with every problem found. */
export async function readRecords(
  path: string,
  wanted: RecordsWanted,
  onRows?: (rows: number) => void,
): Promise<Records> {
  return (await tableOf(path, wanted, undefined, onRows)).records;
}

/** The wanted columns of every row, in the order of the file. Throws `TREFOIL_DATA` with every problem found. */
export async function readRows(path: string, wanted: RecordsWanted, kept: RowsKept): Promise<KeptRecords> {
  const table = await tableOf(path, wanted, kept);
  return { ...table.records, ids: table.ids, warnings: table.warnings.list() };
}

async function tableOf(
  path: string,
  wanted: RecordsWanted,
  kept?: RowsKept,
  onRows: (rows: number) => void = () => undefined,
): Promise<Table> {
  // A missing file is named when it is read.
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const table = new Table(wanted, size, kept);
  const openQuote = await eachRow(path, (row) => {
    if (table.rows % COUNTED === 0 && table.rows > 0) onRows(table.rows);
    return table.add(row);
  });
  onRows(table.rows);
  table.end(openQuote);
  throwProblems('TREFOIL_DATA', `the data file ${path}`, table.problems.list());
  return table;
}
