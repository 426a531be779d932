/**
 * A CSV file as a table, with a header row (RFC 4180), in the dialect that it is said to be written in.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { type CsvDialect, numberReader, STRICT } from './csv-dialect.ts';
import { firstLineForm, isSepLine, rowSeparator } from './csv-form.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';
import type { Problems } from './problems.ts';
import { fits, holdsRows, type RowShape } from './swallowed-rows.ts';
import { type Header, headerOf, headerShape } from './table-header.ts';
import type { AskedColumns, RowBatch, RowChecks, TableSource } from './table-source.ts';

/** Lines within which a header is looked for. */
const SEARCHED = 30;

const OPEN = 'a quote is out of place or not closed; nothing was read from here on';
const SWALLOWED = 'a quoted cell runs over whole lines: a quote is out of place, or not closed';

/** The table in the CSV file at `path`. */
export const csvTable = (path: string, dialect: CsvDialect = STRICT): TableSource => ({
  name: `the data file ${path}`,
  counted: 'line',
  hasAllColumns: true,
  header: async () => {
    for await (const [first] of rowsBelowSep(path, dialect, () => undefined))
      return first.cells.map((cell) => cell.trim());
    return [];
  },
  find: (asked, problems) => findColumns(path, dialect, asked, problems),
  rows: (columns, checks) => rowsOf(path, dialect, columns, checks),
  numberIn: numberReader(dialect),
});

/** The rows without a line that Excel wants above the header. */
async function* rowsBelowSep(path: string, dialect: CsvDialect, onOpenQuote: (line: number) => void) {
  let isFirst = true;
  for await (const rows of csvRows(path, dialect, onOpenQuote)) {
    const isSep = isFirst && isSepLine(rows[0].cells, dialect.delimiter);
    isFirst = false;
    if (!isSep) yield rows;
    else if (rows.length > 1) yield rows.slice(1);
  }
}

async function findColumns(path: string, dialect: CsvDialect, asked: AskedColumns, problems: Problems) {
  let header: Header | undefined;
  let isOpen = false;
  const onOpenQuote = (line: number) => {
    isOpen = true;
    problems.addAt(line, OPEN);
  };
  for await (const rows of rowsBelowSep(path, dialect, onOpenQuote)) {
    for (const row of rows) {
      if (header !== undefined) {
        if (!mayComeLater(row, header, asked, problems)) return undefined;
        continue;
      }
      header = headerOf(row.cells, asked);
      const form = header.positions.includes(-1) ? firstLineForm(row.cells, asked.names, dialect) : undefined;
      for (const problem of form === undefined ? header.problems : [form]) problems.addAt(row.line, problem);
      if (row.breaks > 0 && holdsRows(row.cells, { ...header, delimiter: dialect.delimiter }))
        problems.addAt(row.line, SWALLOWED);
      if (form !== undefined) return undefined;
      if (header.isHeader) return header.positions;
    }
  }
  if (header === undefined && !isOpen) problems.add('the file is empty');
  return undefined;
}

/** Looks for the header among the first rows, where the first one is none. False: it need not be looked for any longer. */
function mayComeLater({ cells, line }: CsvRow, header: Header, { names }: AskedColumns, problems: Problems): boolean {
  const found = new Set(cells.map((cell) => cell.trim()));
  const isHeader = names.every((name) => found.has(name));
  if (isHeader && header.positions.length > 1) problems.addAt(line, 'this is the header: remove the lines above it');
  return !isHeader && line < SEARCHED;
}

async function* rowsOf(
  path: string,
  dialect: CsvDialect,
  columns: readonly number[],
  checks?: RowChecks,
): AsyncGenerator<RowBatch> {
  let shape: RowShape | undefined;
  let read = 0;
  let isCut = false;
  const onOpenQuote = (line: number) => {
    // The parser's error quotes the cell.
    if (checks === undefined) throw new TrefoilError('TREFOIL_DATA', `can not read the data file ${path} to its end`);
    checks.problems.addAt(line, OPEN);
    isCut = true;
  };
  for await (const rows of rowsBelowSep(path, dialect, onOpenQuote)) {
    const places: number[] = [];
    const cells: (readonly string[])[] = [];
    for (const row of rows) {
      if (shape === undefined) {
        shape = { ...headerShape(row.cells, columns), delimiter: dialect.delimiter };
        continue;
      }
      const { line, blank } = row;
      // Of one column, a blank line is a row whose cell is empty.
      const isOne = shape.width === 1;
      if (checks !== undefined) {
        for (let i = line - blank; i < line && isOne; i++) {
          places.push(i);
          cells.push(columns.map(() => ''));
          read++;
        }
        if (blank > 0 && !isOne) blankLine(line - blank, checks);
      }
      if (row.cells.length === 1 && !isOne && row.cells[0].trim() === '') {
        blankLine(line, checks);
        continue;
      }
      read++;
      const fault = checks === undefined ? undefined : faultOf(row, shape, read);
      if (fault !== undefined) checks?.problems.addAt(line, fault);
      places.push(line);
      cells.push(fault === undefined ? columns.map((column) => row.cells[column] ?? '') : []);
    }
    if (cells.length > 0) yield { places, cells };
  }
  if (isCut) yield { places: [], cells: [], isCut };
}

/** Between rows: a record is no blank line, but a row of a table that somebody counts on may be. */
function blankLine(line: number, checks?: RowChecks): void {
  if (checks?.everyRow) checks.problems.addAt(line, 'a blank line within the rows: remove or fill it');
}

/** What is wrong with the form of a row, the `number`th one. */
function faultOf({ cells, breaks }: CsvRow, shape: RowShape, number: number): string | undefined {
  if (!fits(cells, shape)) return rowForm(cells, shape, number);
  return breaks > 0 && holdsRows(cells, shape) ? SWALLOWED : undefined;
}

/** What is wrong with a row, with its number from 1, that has not as many cells as the header. */
function rowForm(cells: readonly string[], { width: expected, delimiter }: RowShape, row: number): string {
  const found = `${cells.length} cell${cells.length === 1 ? '' : 's'}, but the header has ${expected}`;
  const separated = cells.length === 1 ? rowSeparator(cells[0], expected) : undefined;
  if (separated !== undefined) return `${found}: it is separated by ${separated}`;
  if (cells.length === expected + 1 && cells[0].trim() === String(row)) {
    return `${found}; the first is the number of the row, as R writes it: leave it out (row.names = FALSE)`;
  }
  return cells.length < expected
    ? `${found}; remove the line if it is no record`
    : `${found}; a text or number with a ${delimiter === ',' ? 'comma' : `'${delimiter}'`} needs quotes`;
}
