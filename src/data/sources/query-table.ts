/**
 * The result of a query as a table. Its cells are what a CSV export of it would have.
 * @module
 */
import { numberIn } from '../labels.ts';
import { headerOf } from '../table-header.ts';
import type { RowBatch, TableSource } from '../table-source.ts';
import { innerQuery, quotedName } from './sql-paths.ts';

/** Some rows of a result. The first piece tells the columns, whether or not it has rows. */
export interface ResultPiece {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface ResultColumn {
  readonly name: string;
  /** How a column of this name and type is selected, so that its values come as an export has them: `true` is 1. */
  readonly selected: (quotedName: string) => string;
}

/** `run` runs one query from its beginning. */
export function queryTable(name: string, query: string, run: (sql: string) => AsyncIterable<ResultPiece>): TableSource {
  const inner = `(${innerQuery(query)}) as trefoil`;
  let known: Promise<readonly ResultColumn[]> | undefined;
  const columns = () => {
    known ??= columnsOf(run(`select * from ${inner} limit 0`));
    return known;
  };
  const header = async () => (await columns()).map((column) => column.name);
  return {
    name,
    counted: 'row',
    hasAllColumns: true,
    numberIn,
    header,
    find: async (asked, problems) => {
      const { positions, problems: found } = headerOf(await header(), asked);
      for (const problem of found) problems.add(problem);
      return positions;
    },
    async *rows(chosen): AsyncGenerator<RowBatch> {
      const all = await columns();
      const list = chosen.map((position) => all[position].selected(quotedName(all[position].name)));
      let first = 1;
      for await (const { rows } of run(`select ${list.length === 0 ? '1' : list.join(', ')} from ${inner}`)) {
        const from = first;
        first += rows.length;
        if (rows.length === 0) continue;
        yield { places: rows.map((_, i) => from + i), cells: rows.map((row) => chosen.map((_, i) => row[i] ?? '')) };
      }
    },
  };
}

async function columnsOf(pieces: AsyncIterable<ResultPiece>): Promise<readonly ResultColumn[]> {
  for await (const { columns } of pieces) return columns;
  return [];
}
