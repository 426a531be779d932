/**
 * DuckDB, shut in: it reads the files that it is told of, and nothing else. It has no network, loads no extension, writes nothing and can not be told otherwise.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import { optionalPackage } from './optional-package.ts';
import type { ResultPiece } from './query-table.ts';
import { quotedText } from './sql-paths.ts';

/** The number that the package's `StatementType` has for a select. */
const SELECT = 1;
const PACKAGE = '@duckdb/node-api';
/** Rows come in pieces, so that only a query that sorts or groups needs more. */
/** What DuckDB may take, in MB. */
export const MEMORY_MB = 512;

/** What is used of the package, which may not be there. */
interface DuckDbPackage {
  readonly DuckDBInstance: { create(path: string, options: Readonly<Record<string, string>>): Promise<DuckDb> };
}
interface DuckDb {
  connect(): Promise<DuckDbConnection>;
  closeSync(): void;
}
interface DuckDbConnection {
  run(sql: string): Promise<unknown>;
  extractStatements(sql: string): Promise<DuckDbStatements>;
  closeSync(): void;
}
interface DuckDbStatements {
  readonly count: number;
  prepare(index: number): Promise<DuckDbStatement>;
}
interface DuckDbStatement {
  readonly statementType: number;
  stream(): Promise<DuckDbResult>;
}
interface DuckDbResult {
  columnNames(): readonly string[];
  columnTypes(): readonly { toString(): string }[];
  fetchChunk(): Promise<DuckDbChunk | null>;
}
interface DuckDbChunk {
  readonly rowCount: number;
  getColumnValues(column: number): readonly unknown[];
}

/** The files that a query may read: all in some folders, and single ones. */
export interface Reach {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Types whose values are numbers here. Any other value comes as the text that an export has. */
const NUMBERS = new Set('DOUBLE BIGINT INTEGER SMALLINT TINYINT UBIGINT UINTEGER USMALLINT UTINYINT'.split(' '));

const selected = (type: string) => (column: string) => {
  if (NUMBERS.has(type)) return column;
  return type === 'BOOLEAN' ? `cast(${column} as tinyint)` : `cast(${column} as varchar)`;
};

const textOf = (value: unknown) => (value === null || value === undefined ? '' : String(value));

/**
 * Runs one query, and gives its result some rows at a time. `what` names it in messages. Throws `TREFOIL_DATA`, and never with a value of the
 * data.
 */
export async function* duckDbRows(sql: string, reach: Reach, what: string): AsyncGenerator<ResultPiece> {
  const { DuckDBInstance } = (await optionalPackage(PACKAGE, what)) as DuckDbPackage;
  let database: DuckDb | undefined;
  let connection: DuckDbConnection | undefined;
  try {
    database = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      memory_limit: `${MEMORY_MB}MB`,
      threads: '1',
    });
    connection = await database.connect();
    for (const setting of settings(reach)) await connection.run(setting);
    const statements = await connection.extractStatements(sql);
    const statement = statements.count === 1 ? await statements.prepare(0) : undefined;
    // A file within reach can be written by what is no select.
    if (statement?.statementType !== SELECT) throw new TrefoilError('TREFOIL_DATA', `${what} must be one select`);
    const result = await statement.stream();
    const types = result.columnTypes();
    const columns = result.columnNames().map((name, i) => ({ name, selected: selected(types[i].toString()) }));
    yield { columns, rows: [] };
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      const values = columns.map((_, i) => chunk.getColumnValues(i));
      const rows = Array.from({ length: chunk.rowCount }, (_, row) => values.map((column) => textOf(column[row])));
      yield { columns, rows };
    }
  } catch (error) {
    if (error instanceof TrefoilError) throw error;
    throw new TrefoilError('TREFOIL_DATA', `${what} can not be read: ${toldOf(error)}`);
  } finally {
    connection?.closeSync();
    database?.closeSync();
  }
}

const list = (paths: readonly string[]) => `[${paths.map(quotedText).join(', ')}]`;

const settings = ({ folders, files }: Reach): string[] => [
  "set temp_directory = ''",
  "set TimeZone = 'UTC'",
  `set allowed_directories = ${list(folders.map((folder) => (folder.endsWith('/') ? folder : `${folder}/`)))}`,
  `set allowed_paths = ${list(files)}`,
  'set enable_external_access = false',
  'set lock_configuration = true',
];

/** Kinds of errors whose first line is about the query, names of columns and files. Others may quote a cell. */
const ABOUT_THE_QUERY = /^(Parser|Binder|Catalog|IO|Permission|Missing Extension) Error/;

function toldOf(error: unknown): string {
  const [first] = String(error instanceof Error ? error.message : error)
    .replace(/^Failed to extract statements: /, '')
    .split('\n');
  if (ABOUT_THE_QUERY.test(first)) return first;
  if (first.startsWith('Out of Memory')) {
    return `it needs more than ${MEMORY_MB} MB of memory: select fewer columns, or leave sorting and grouping to whoever writes the files`;
  }
  const kind = /^[A-Z][A-Za-z ]+ Error/.exec(first)?.[0] ?? 'an error';
  return `DuckDB says ${kind}, whose words are left out, since they may show a value`;
}
