/**
 * Text files that are not CSV as it is read here, recognised by their first line, and what to do about each.
 * @module
 */

/** A separator that is no comma, in the words of a sentence. */
const SEPARATORS: readonly (readonly [separator: string, name: string])[] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
  ['~', 'tildes'],
  ['^', 'carets'],
  [':', 'colons'],
];

/** Separators that other text has too, so that a column must be named between them. */
const RARE = '~^:';

const AS_CSV = 'save the file as CSV UTF-8, comma separated';
const POINTS = 'with decimal points, not decimal commas';

/**
 * What the first line of a file is when it is no header with commas that names `names`; nothing when it may be one.
 * Completes "line 1: …" and shows no cell.
 */
export function firstLineForm(cells: readonly string[], names: readonly string[]): string | undefined {
  const line = cells.join(',').trim();
  if (line.startsWith('<')) return `a web page (HTML) or XML, not CSV; ${AS_CSV}`;
  if (line.startsWith('{\\rtf')) return `a document in RTF, not CSV; ${AS_CSV}`;
  if (/^(\{|\[\s*([[{"\d-]|$))/.test(line)) return 'JSON, not CSV; convert it to CSV UTF-8, comma separated';
  if (/^"?sep=/i.test(line)) {
    const other = SEPARATORS.find(([separator]) => line.slice(4).includes(separator))?.[1];
    const separated = other === undefined ? '' : `, and the cells are separated by ${other}`;
    return `a 'sep=' line, which only Excel reads${separated}; remove the line, and ${AS_CSV}, ${POINTS}`;
  }
  const known = new Set(names);
  const named = (parts: readonly string[]) => parts.filter((part) => known.has(unquoted(part))).length;
  const byCommas = named(cells);
  for (const [separator, name] of SEPARATORS) {
    const parts = line.split(separator);
    // A line with a colon may be a title as well.
    const isOne = cells.length === 1 && parts.length > 1 && byCommas === 0 && !RARE.includes(separator);
    if (isOne || named(parts) > byCommas)
      return `the cells are separated by ${name}, not by commas; ${AS_CSV}, ${POINTS}`;
  }
  if (cells.length > 1) return undefined;
  if (named(line.split(/\s+/)) > byCommas) return `the cells are separated by spaces, not by commas; ${AS_CSV}`;
  if (named(line.split(',')) > byCommas) return `the whole line is in quotes; ${AS_CSV}`;
  return undefined;
}

/** The separator of a row that has one cell, where the header has `cells`. */
export function rowSeparator(cell: string, cells: number): string | undefined {
  return SEPARATORS.find(([separator]) => cell.split(separator).length === cells)?.[1];
}

const unquoted = (cell: string) => cell.trim().replace(/^"(.*)"$/, '$1');
