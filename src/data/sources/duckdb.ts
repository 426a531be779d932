/**
 * What DuckDB reads: Parquet and JSON files, folders of them, and queries over files.
 * @module
 */
import { readdirSync, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { TrefoilError } from '../../errors.ts';
import { mapping, mustBe, text } from '../document.ts';
import { unreadable } from '../read-text.ts';
import type { TableSource } from '../table-source.ts';
import { duckDbRows, MEMORY_MB, type Reach } from './duckdb-session.ts';
import { queryTable } from './query-table.ts';
import type { SourceKind } from './source-kind.ts';
import { quotedText, withFilePaths } from './sql-paths.ts';

/** A query over files. */
export interface FileQuery {
  /** SQL of DuckDB: one `select`. Relative paths of files are relative to the configuration. */
  readonly query: string;
  /** Folders whose files the query may read; that of the configuration where absent. */
  readonly folders?: readonly string[] | undefined;
}

/** As it is written in a program, whose paths are relative to where it runs. An address is no path, and is refused later. */
const resolvedPath = (path: string) => (path.includes('://') ? path : resolve(path));

const folder = text('the path of a folder');

export const DUCKDB: SourceKind<FileQuery> = {
  schema: mapping({
    query: text("a query such as select * from 'north/*.parquet'"),
    folders: z.array(folder, mustBe('a list of folders')).min(1, mustBe('a list of folders')).optional(),
  }),
  located: ({ query, folders = ['.'] }, path) => ({ query: withFilePaths(query, path), folders: folders.map(path) }),
  open: ({ query, folders = ['.'] }) =>
    tableOf(`the query ${shortened(query)}`, withFilePaths(query, resolvedPath), {
      folders: folders.map((each) => resolve(each)),
      files: [],
    }),
  memory: MEMORY_MB * 1e6,
  ofPath: (path) => {
    const place = placeOf(path);
    if (place === undefined) return undefined;
    const { pattern, reader } = place;
    return tableOf(`the data file ${path}`, `select * from ${reader(quotedText(pattern))}`, {
      folders: pattern === path ? [] : [resolve(path)],
      files: pattern === path ? [path] : [],
    });
  },
};

const tableOf = (name: string, query: string, reach: Reach): TableSource =>
  queryTable(name, query, (sql) => rowsOfThere(sql, reach, name));

/** DuckDB takes a file that is not there for a folder that it may not see. */
async function* rowsOfThere(sql: string, reach: Reach, name: string) {
  for (const file of reach.files) {
    await access(file).catch((error: unknown) => {
      throw unreadable('TREFOIL_DATA', 'data file', file, error);
    });
  }
  yield* duckDbRows(sql, reach, name);
}

/** How files of each ending are read. A column is found by its name in each of several files. */
const READERS: Readonly<Record<string, (path: string) => string>> = {
  parquet: (path) => `read_parquet(${path}, union_by_name = true)`,
  json: (path) => `read_json(${path}, union_by_name = true, sample_size = -1)`,
  ndjson: (path) => `read_json(${path}, format = 'newline_delimited', union_by_name = true, sample_size = -1)`,
  jsonl: (path) => `read_json(${path}, format = 'newline_delimited', union_by_name = true, sample_size = -1)`,
};

/** The files that a path names, where DuckDB reads them: one of these endings, or a folder of such files. */
function placeOf(path: string): { pattern: string; reader: (path: string) => string } | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) {
    const endings = [...new Set(readdirSync(path).map(endingOf))];
    const [ending = ''] = endings;
    // A file that is left out would be rows that nobody misses.
    if (endings.length !== 1 || !Object.hasOwn(READERS, ending)) {
      throw new TrefoilError(
        'TREFOIL_DATA',
        `can not read the folder ${path}: its files must all end in .parquet, .ndjson or .json; a query can name some of them`,
      );
    }
    return { pattern: join(path, `*.${ending}`), reader: READERS[ending] };
  }
  const ending = endingOf(path);
  return Object.hasOwn(READERS, ending) ? { pattern: path, reader: READERS[ending] } : undefined;
}

const endingOf = (path: string) => extname(path).slice(1).toLowerCase();

const SHOWN = 60;
const shortened = (query: string) => `‘${query.length > SHOWN ? `${query.slice(0, SHOWN)}…` : query}’`;
