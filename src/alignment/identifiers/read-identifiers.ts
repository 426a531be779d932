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
  /** Cells without which a row does not count; absent where it needs its keys alone. */
  readonly needed?: NeededCells;
}

/** What a row has to have beside its keys. */
export interface NeededCells {
  readonly columns: readonly string[];
  /** Of trimmed cells in the order of the columns. */
  readonly isComplete: (cells: readonly string[]) => boolean;
}

/** Reads the keys of every row. Throws `TREFOIL_DATA` with every problem found, by lines and columns, never with a text of the table. */
export async function readIdentifiers(
  table: TableSource,
  { rules, columns = {}, rows, needed }: IdentifiersWanted,
): Promise<Identifiers> {
  const names = rules.keys.map(({ name }) => columns[name] ?? name);
  const problems = new Problems(table.counted);
  const reading = new IdentifierReading(rules, names, problems, table.counted);
  const others = needed?.columns ?? [];
  const asked = [...new Set([...names, ...others])];
  const [keysAt, othersAt] = [names, others].map((columns) => columns.map((name) => asked.indexOf(name)));
  const positions = await table.find({ names: asked, by: 'alignment of the job' }, problems);
  if (positions?.every((position) => position >= 0)) {
    let isCut = false;
    for await (const batch of table.rows(positions, { problems, everyRow: false })) {
      isCut = batch.isCut === true;
      batch.cells.forEach((cells, i) => {
        if (cells.length === 0) reading.add(cells, batch.places[i]);
        else {
          const isComplete = needed?.isComplete(othersAt.map((at) => cells[at].trim()));
          reading.add(
            keysAt.map((at) => cells[at]),
            batch.places[i],
            isComplete,
          );
        }
      });
    }
    if (!isCut && rows !== undefined && reading.rows !== rows) {
      problems.add(`rows: ${reading.rows}, but the job says ${rows}`);
    }
  }
  throwProblems('TREFOIL_DATA', table.name, problems.list());
  return reading.end();
}
