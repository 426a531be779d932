/**
 * Text files that are not CSV in the dialect that they are read in, recognised by their first line, and what to do about each.
 * @module
 */
import { type CsvDialect, SEPARATORS, separatorName } from './csv-dialect.ts';

/** Separators that other text has too, so that a column must be named between them. */
const RARE = '~^:';

const AS_CSV = 'save the file as CSV UTF-8, comma separated';

/** What to do about cells that are separated by something else: the keys are those of a data file in a node's configuration. */
const naming = (separator: string) =>
  `${AS_CSV}, with decimal points, not decimal commas, or name its form in the configuration: file: …, delimiter: ${
    separator === '\t' ? 'tab' : `'${separator}'`
  }${separator === ',' ? '' : ", and decimal: ',' or decimal: '.'"}`;

/**
 * What the first line of a file is when it is no header with commas that names `names`; nothing when it may be one.
 * Completes "line 1: …" and shows no cell.
 */
export function firstLineForm(
  cells: readonly string[],
  names: readonly string[],
  { delimiter }: CsvDialect,
): string | undefined {
  const line = cells.join(delimiter).trim();
  if (line.startsWith('<')) return `a web page (HTML) or XML, not CSV; ${AS_CSV}`;
  if (line.startsWith('{\\rtf')) return `a document in RTF, not CSV; ${AS_CSV}`;
  if (/^(\{|\[\s*([[{"\d-]|$))/.test(line)) return 'JSON, not CSV; name the file .json, or convert it to CSV UTF-8';
  if (SEP_LINE.test(line)) {
    const other = SEPARATORS.find(([separator]) => line.slice(4).includes(separator));
    if (other === undefined) return `a 'sep=' line, which only Excel reads; remove the line`;
    return `a 'sep=' line, which only Excel reads, and the cells are separated by ${other[1]}; ${naming(other[0])}`;
  }
  const known = new Set(names);
  const named = (parts: readonly string[]) => parts.filter((part) => known.has(unquoted(part))).length;
  const asRead = named(cells);
  for (const [separator, name] of SEPARATORS) {
    if (separator === delimiter) continue;
    const parts = line.split(separator);
    // A line with a colon may be a title as well.
    const isOne = cells.length === 1 && parts.length > 1 && asRead === 0 && !RARE.includes(separator);
    if (isOne || named(parts) > asRead) {
      return `the cells are separated by ${name}, not by ${separatorName(delimiter)}; ${naming(separator)}`;
    }
  }
  if (cells.length > 1) return undefined;
  if (named(line.split(/\s+/)) > asRead) {
    return `the cells are separated by spaces, not by ${separatorName(delimiter)}; ${AS_CSV}`;
  }
  if (named(line.split(delimiter)) > asRead) return `the whole line is in quotes; ${AS_CSV}`;
  return undefined;
}

/** Excel's way of saying what separates the cells of the lines below. */
const SEP_LINE = /^"?sep=/i;

/** Whether a first line says that the cells are separated as they are read: it is no part of the table. */
export const isSepLine = (cells: readonly string[], delimiter: string): boolean =>
  cells.join(delimiter).trim().replaceAll('"', '').toLowerCase() === `sep=${delimiter}`.trim();

/** The separator of a row that has one cell, where the header has `cells`. */
export function rowSeparator(cell: string, cells: number): string | undefined {
  return SEPARATORS.find(([separator]) => cell.split(separator).length === cells)?.[1];
}

const unquoted = (cell: string) => cell.trim().replace(/^"(.*)"$/, '$1');
