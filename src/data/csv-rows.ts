/**
 * The rows of a CSV file as they come, each with its line.
 *
 * Quotes that are out of place within a cell are part of it: whoever uses that cell refuses it, and nobody else is bothered.
 * @module
 */

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Info, parse } from 'csv-parse';
import { TrefoilError } from '../errors.ts';
import { binaryForm } from './file-form.ts';
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

/** What the parser gives for one row with its `info` option; its published types leave that out. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: Pick<Info, 'lines' | 'empty_lines'>;
}

const OPTIONS = {
  bom: true,
  info: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
};

const breaksIn = (cells: readonly string[]) =>
  cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

/** UTF-16 with this mark is read as it is. */
const isLittleEndianUtf16 = (bytes: Uint8Array) =>
  bytes[0] === 0xff && bytes[1] === 0xfe && !(bytes[2] === 0 && bytes[3] === 0);

/**
 * Gives every row, the header first, to `visit`, which ends the reading with `false`. Returns the line of a quote that is never closed,
 * from which on nothing was given. Throws `TREFOIL_DATA` for a file that can not be read or is no text.
 */
export async function eachRow(path: string, visit: (row: CsvRow) => boolean | undefined): Promise<number | undefined> {
  let [end, skipped, counted] = [0, 0, 0];
  const enough = new AbortController();
  try {
    await pipeline(
      createReadStream(path),
      (chunks: AsyncIterable<Buffer>) => asText(chunks, path),
      parse(OPTIONS),
      async (rows: AsyncIterable<Parsed>) => {
        for await (const { record, info } of rows) {
          const blank = info.empty_lines - skipped;
          // Within quotes the parser counts CRLF as two lines.
          const breaks = info.lines > counted + blank + 1 ? breaksIn(record) : 0;
          const row = { cells: record, line: end + blank + 1, blank, breaks };
          end = row.line + breaks;
          [skipped, counted] = [info.empty_lines, info.lines];
          if (visit(row) === false) enough.abort();
          if (enough.signal.aborted) return;
        }
      },
      { signal: enough.signal },
    );
  } catch (error) {
    if (enough.signal.aborted) return undefined;
    // Neither the parser's message nor the error itself may go further: they quote the cell.
    if (error instanceof CsvError) return end + 1;
    throw error instanceof TrefoilError ? error : unreadable('TREFOIL_DATA', 'data file', path, error);
  }
  return undefined;
}

async function* asText(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const form = isFirst && !isLittleEndianUtf16(chunk) ? binaryForm(chunk) : undefined;
    if (form !== undefined) {
      throw new TrefoilError('TREFOIL_DATA', `the data file ${path} is ${form.name}; ${form.remedy}`);
    }
    isFirst = false;
    yield chunk;
  }
}
