/**
 * A session with a PostgreSQL server that reads, and can do nothing else.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import { readText } from '../read-text.ts';
import { optionalPackage } from './optional-package.ts';
import type { ResultPiece } from './query-table.ts';

/** Where a database is, and who asks. */
export interface PostgresPlace {
  /** A name, an address, or the folder of the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly passwordFile?: string | undefined;
  /** The certificate of whoever signed the server's, where the system does not know it. */
  readonly ca?: string | undefined;
}

/** Rows that travel together. */
const FETCHED = 2000;
const CONNECT_MS = 30_000;

/** What is used of the package, which may not be there. */
interface PgPackage {
  readonly default: { readonly Client: new (options: Readonly<Record<string, unknown>>) => PgClient };
}
interface PgClient {
  connect(): Promise<void>;
  query(query: Readonly<Record<string, unknown>>): Promise<PgResult>;
  on(event: 'error', heard: () => void): void;
  end(): Promise<void>;
}
interface PgResult {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const BOOLEAN = 16;

const selected = (type: number) => (column: string) => `${column}${type === BOOLEAN ? '::integer' : ''}::text`;

const isLocal = (host: string) => host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);

/**
 * The result of a query, in texts: its columns, then some rows at a time. `what` names it in messages. The password comes from a file, or else from PGPASSWORD or
 * the user's ~/.pgpass. Outside of this machine the server shows a certificate for its name. Throws `TREFOIL_DATA`, and never with a value or a password.
 */
export async function* postgresRows(sql: string, place: PostgresPlace, what: string): AsyncGenerator<ResultPiece> {
  const { Client } = ((await optionalPackage('pg', what)) as PgPackage).default;
  const { host, port, database, user, passwordFile, ca } = place;
  const password =
    passwordFile === undefined
      ? {}
      : { password: readText('TREFOIL_CONFIG', 'password file', passwordFile).replace(/\r?\n$/, '') };
  const ssl =
    ca === undefined && isLocal(host)
      ? false
      : { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca: certificates(ca) }) };
  const client = new Client({
    host,
    port,
    database,
    user,
    ...password,
    ssl,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'trefoil',
  });
  // A connection that breaks is told by the query that waits for it.
  client.on('error', () => undefined);
  const run = (text: string) => client.query({ text, rowMode: 'array', queryMode: 'extended' });
  try {
    await client.connect();
    await run('begin transaction isolation level repeatable read read only');
    await run('set local datestyle to iso');
    await run("set local timezone to 'UTC'");
    await run(`declare trefoil_rows no scroll cursor for ${sql}`);
    for (;;) {
      const { fields, rows } = await run(`fetch ${FETCHED} from trefoil_rows`);
      yield { columns: fields.map((field) => ({ name: field.name, selected: selected(field.dataTypeID) })), rows };
      if (rows.length === 0) return;
    }
  } catch (error) {
    if (error instanceof TrefoilError) throw error;
    throw new TrefoilError('TREFOIL_DATA', `${what} can not be read: ${toldOf(error, place)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function certificates(path: string): string {
  return readText('TREFOIL_CONFIG', 'certificate of the database', path);
}

/** Errors of the connection by their code, in words. */
const OF_THE_CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host is not known',
  ENOENT: 'there is no such socket',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'the connection broke off',
  '28P01': 'the server refuses user or password',
  '28000': 'the server refuses the user',
  '3D000': 'there is no such database',
  '25006': 'the query would change something, and only reading is allowed',
  '57P01': 'the server ended the connection',
};

/** What is wrong, without the server's words where these may quote a cell. */
function toldOf(error: unknown, { host, port }: PostgresPlace): string {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const state = String(code ?? '');
  if (Object.hasOwn(OF_THE_CONNECTION, state)) return `${OF_THE_CONNECTION[state]} (${host}, port ${port})`;
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(state)) {
    return `the certificate of ${host} does not hold (${state}): name the certificate of its authority as ca`;
  }
  // Class 42 is about names and syntax of the query.
  if (state.startsWith('42')) return String(message);
  if (/^[0-9A-Z]{5}$/.test(state)) {
    return `the server says SQLSTATE ${state}, whose words are left out, since they may show a value`;
  }
  if (/SSL/.test(String(message))) return `the server at ${host} offers no TLS`;
  return `no connection to ${host}, port ${port}`;
}
