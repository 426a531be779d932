/**
 * The rows of a CSV file as they come, each with its line.
 *
 * Quotes that are out of place within a cell are part of it: whoever uses that cell refuses it, and nobody else is bothered.
 * @module
 */

import { CsvError, type Info, type Parser, parse } from 'csv-parse';
import { TrefoilError } from '../errors.ts';
import type { CsvDialect } from './csv-dialect.ts';
import { csvText } from './csv-text.ts';
import { unreadable } from './read-text.ts';

export interface CsvRow {
  readonly cells: readonly string[];
  /** The line on which the row begins; cells with line breaks may take it further. */
  readonly line: number;
  /** The blank lines between the row before and this one: `line - blank` up to `line - 1`. */
  readonly blank: number;
  /** Line breaks within its cells. */
  readonly breaks: number;
}

const OPTIONS = {
  bom: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
};

const breaksIn = (cells: readonly string[]) =>
  cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

/**
 * Every row, the header first, as many at a time as come together. `onOpenQuote` is told the line of a quote that is never closed, from
 * which on nothing is given. Throws `TREFOIL_DATA` for a file that can not be read or is no text.
 */
export async function* csvRows(
  path: string,
  { delimiter, encoding }: CsvDialect,
  onOpenQuote: (line: number) => void,
): AsyncGenerator<readonly CsvRow[]> {
  let [end, skipped, counted] = [0, 0, 0];
  let batch: CsvRow[] = [];
  // The rows do not travel through the parser's stream, which takes as long for a row as reading it.
  const onRecord = (record: readonly string[], { lines, empty_lines }: Pick<Info, 'lines' | 'empty_lines'>) => {
    const blank = empty_lines - skipped;
    // Within quotes the parser counts CRLF as two lines.
    const breaks = lines > counted + blank + 1 ? breaksIn(record) : 0;
    const line = end + blank + 1;
    batch.push({ cells: record, line, blank, breaks });
    end = line + breaks;
    [skipped, counted] = [empty_lines, lines];
    return null;
  };
  const parser = parse({ ...OPTIONS, delimiter, on_record: onRecord });
  // What goes wrong is told to whoever writes.
  parser.on('error', () => undefined).resume();
  try {
    for await (const chunk of csvText(path, encoding)) {
      await written(parser, chunk);
      if (batch.length > 0) yield batch;
      batch = [];
    }
    await written(parser);
    if (batch.length > 0) yield batch;
  } catch (error) {
    // Neither the parser's message nor the error itself may go further: they quote the cell.
    if (!(error instanceof CsvError)) {
      throw error instanceof TrefoilError ? error : unreadable('TREFOIL_DATA', 'data file', path, error);
    }
    if (batch.length > 0) yield batch;
    onOpenQuote(end + 1);
  } finally {
    parser.destroy();
  }
}

/** Waits until the parser has read a chunk, or where there is none the end. */
const written = (parser: Parser, chunk?: Buffer | string): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve());
    if (chunk !== undefined) parser.write(chunk, done);
    else parser.once('error', reject).end(done);
  });
