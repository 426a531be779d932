/**
 * A query to a PostgreSQL server.
 * @module
 */
import type { z } from 'zod';
import { mapping, text, whole } from '../document.ts';
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

export const POSTGRES: SourceKind<PostgresQuery> = {
  schema: mapping({
    postgres: mapping({
      host: text('the host of the server, or the folder of its socket'),
      port: whole(1, 65535).default(PORT),
      database: text('the name of a database'),
      user: text('the name of a user who may read'),
      passwordFile: text('the path of a file with the password alone').optional(),
      ca: text('the path of the certificate that signed the server’s').optional(),
      query: text('a query such as select * from patients order by id'),
    }),
  }) as unknown as z.ZodType<PostgresQuery>,
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
