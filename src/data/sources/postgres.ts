/**
 * A query to a PostgreSQL server.
 * @module
 */
import { z } from 'zod';
import { byForm, isMapping, mapping, text, whole } from '../document.ts';
import type { TableSource } from '../table-source.ts';
import { type PostgresPlace, postgresRows } from './postgres-session.ts';
import { queryTable } from './query-table.ts';
import type { SourceKind } from './source-kind.ts';

/** A query to a server. */
export interface PostgresQuery {
  readonly postgres: PostgresPlace & {
    /** One `select`. */
    readonly query: string;
  };
}

const PORT = 5432;

type Written = PostgresQuery['postgres'];

const others = {
  passwordFile: text('the path of a file with the password alone').optional(),
  ca: text('the path of the certificate that signed the server’s').optional(),
  query: text('a query such as select * from patients order by id'),
};

const byFields = mapping({
  host: text('the host of the server, or the folder of its socket'),
  port: whole(1, 65535).default(PORT),
  database: text('the name of a database'),
  user: text('the name of a user who may read'),
  ...others,
}) as unknown as z.ZodType<Written>;

const FORM = 'postgresql://user@host:5432/database';

/** The place that a URL names. No problem shows the URL, which may have a password in it. */
const byUrl = mapping({ url: text(`a URL such as ${FORM}`), ...others }).transform(
  ({ url, ...rest }, context): Written => {
    const place = placeIn(url);
    if (typeof place === 'object') return { ...place, ...rest };
    context.addIssue({ code: 'custom', path: ['url'], message: place });
    return z.NEVER;
  },
);

const isByUrl = (value: unknown): boolean => isMapping(value) && Object.hasOwn(value, 'url');

/** What a URL says, or what is wrong with it. */
function placeIn(url: string): Pick<Written, 'host' | 'port' | 'database' | 'user'> | string {
  if (!URL.canParse(url)) return `must be a URL such as ${FORM}`;
  const { protocol, username, password, hostname, port, pathname, search, hash } = new URL(url);
  if (protocol !== 'postgresql:' && protocol !== 'postgres:') return `must begin with postgresql://, as in ${FORM}`;
  if (password !== '') return 'must have no password: name a file that has it alone as passwordFile, or set PGPASSWORD';
  if (search !== '' || hash !== '') return 'must have nothing behind the database: write ca beside it for TLS';
  try {
    const [host, user, database] = [hostname, username, pathname.slice(1)].map(decodeURIComponent);
    if (host === '' || user === '' || database === '' || database.includes('/')) {
      return `must name a user, a host and a database, as in ${FORM}`;
    }
    return { host: host.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? PORT : Number(port), database, user };
  } catch {
    return 'must have % only before two hexadecimal digits';
  }
}

export const POSTGRES: SourceKind<PostgresQuery> = {
  schema: mapping({ postgres: byForm<Written>([byFields, byUrl], (value) => (isByUrl(value) ? byUrl : byFields)) }),
  located: ({ postgres }, path) => ({
    postgres: {
      ...postgres,
      ...(postgres.passwordFile === undefined ? {} : { passwordFile: path(postgres.passwordFile) }),
      ...(postgres.ca === undefined ? {} : { ca: path(postgres.ca) }),
    },
  }),
  open: ({ postgres }) => postgresTable(postgres),
};

function postgresTable({ query, ...place }: PostgresQuery['postgres']): TableSource {
  const name = `the query to the database ${place.database} at ${place.host}`;
  return queryTable(name, query, (sql) => postgresRows(sql, place, name));
}
