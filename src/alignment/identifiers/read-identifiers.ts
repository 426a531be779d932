/**
 * The identifiers in a table.
 * @module
 */
import { throwProblems } from '../../data/document.ts';
import { Problems } from '../../data/problems.ts';
import type { TableSource } from '../../data/table-source.ts';
import { IdentifierReading, type Identifiers } from './identifiers.ts';
import type { IdentifierRules } from './key.ts';

/** A party's table, and what is asked of it. */
export interface IdentifiersWanted {
  readonly rules: IdentifierRules;
  /** What this party calls its keys, by the names that the job has for them; left out where it calls them the same. */
  readonly columns?: Readonly<Record<string, string>>;
  /** The number of rows that the job agreed on; any number where absent. */
  readonly rows?: number;
}

/** Reads the keys of every row. Throws `TREFOIL_DATA` with every problem found, by lines and columns, never with a text of the table. */
export async function readIdentifiers(
  table: TableSource,
  { rules, columns = {}, rows }: IdentifiersWanted,
): Promise<Identifiers> {
  const names = rules.keys.map(({ name }) => columns[name] ?? name);
  const problems = new Problems(table.counted);
  const reading = new IdentifierReading(rules, names, problems, table.counted);
  const positions = await table.find({ names, by: 'job' }, problems);
  if (positions?.every((position) => position >= 0)) {
    let isCut = false;
    for await (const batch of table.rows(positions, { problems, everyRow: false })) {
      isCut = batch.isCut === true;
      batch.cells.forEach((cells, i) => {
        reading.add(cells, batch.places[i]);
      });
    }
    if (!isCut && rows !== undefined && reading.rows !== rows) {
      problems.add(`rows: ${reading.rows}, but the job says ${rows}`);
    }
  }
  throwProblems('TREFOIL_DATA', table.name, problems.list());
  return reading.end();
}
