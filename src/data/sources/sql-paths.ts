/**
 * The paths of files in a query, which are relative to the configuration that has the query.
 * @module
 */

/** A text in single quotes, a name in double ones, or a comment: what is read as a whole. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/** What stands before a text that is the name of a file: `from`, `join`, `read_…(`, and a list within the last. */
const BEFORE_FILE =
  /(?:\b(?:from|join)\s*|\b(?:read|parquet|glob|sniff)_?\w*\s*\(\s*(?:\[\s*(?:'(?:[^']|'')*'\s*,\s*)*)?)$/i;

/** A query in which each file has the path that `path` gives it. Other texts stay as they are. */
export function withFilePaths(query: string, path: (written: string) => string): string {
  return query.replace(PIECES, (piece, offset: number) => {
    if (!piece.startsWith("'") || !BEFORE_FILE.test(query.slice(0, offset))) return piece;
    return quotedText(path(piece.slice(1, -1).replaceAll("''", "'")));
  });
}

/** A text as SQL writes it. */
export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as SQL writes it. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A query without what ends it, so that it can stand within another one. A comment at its end does not reach what follows. */
export const innerQuery = (query: string): string => `${query.trim().replace(/(\s*;)+$/, '')}\n`;
