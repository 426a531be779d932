/**
 * Rows that a program hands over as a table: objects by column, or lists in the order of the job's features, label last.
 *
 * Rows stay in memory as long as their source does.
 * @module
 */
import { numberIn } from './labels.ts';
import type { Problems } from './problems.ts';
import type { AskedColumns, RowBatch, RowChecks, TableSource } from './table-source.ts';

/** A number, or its text as a CSV file has it; `true` is 1 and `false` 0. `null` and `undefined` are a cell without a value. */
export type Cell = number | string | boolean | null | undefined;

/** One record: its cells by column, where further columns are ignored, or in the order of the job's features with the label last. */
export type Row = Readonly<Record<string, Cell>> | readonly Cell[];

/** Rows of a program, all at once or as they come. */
export type Rows = Iterable<Row> | AsyncIterable<Row>;

const BATCH = 1024;

/** Rows that are taken once from where they come, and can be gone through more than once. */
export class KeptRows {
  readonly #rows: Row[] = [];
  readonly #next: () => IteratorResult<Row> | Promise<IteratorResult<Row>>;
  #taking: Promise<void> | undefined;
  #isAll = false;

  constructor(rows: Rows) {
    const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
    this.#next = () => iterator.next();
  }

  /** All rows, some at a time; those that came already first. */
  async *batches(): AsyncGenerator<readonly Row[]> {
    for (let from = 0; ; ) {
      const known = this.#rows.slice(from, from + BATCH);
      from += known.length;
      if (known.length > 0) yield known;
      else if (this.#isAll) return;
      else await this.#take();
    }
  }

  /** Two who go through the rows at a time wait for the same ones. */
  #take(): Promise<void> {
    // Who fails once, fails for everybody who asks later.
    this.#taking ??= this.#takeSome().then(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  async #takeSome(): Promise<void> {
    for (let i = 0; i < BATCH; i++) {
      const next = await this.#next();
      if (next.done) {
        this.#isAll = true;
        return;
      }
      this.#rows.push(next.value);
    }
  }
}

/** Rows as a table with these columns, in the order in which lists have them. */
export const rowTable = (rows: KeptRows, names: readonly string[]): TableSource => ({
  name: 'the source of rows',
  counted: 'row',
  hasAllColumns: false,
  numberIn,
  header: async () => names,
  // A column that no row has is a cell without a value in each.
  find: async (asked: AskedColumns, _: Problems) => asked.names.map((name) => names.indexOf(name)),
  rows: (columns, checks) => batchesOf(rows, names, columns, checks),
});

const isList = (row: Row): row is readonly Cell[] => Array.isArray(row);

async function* batchesOf(
  rows: KeptRows,
  names: readonly string[],
  columns: readonly number[],
  checks?: RowChecks,
): AsyncGenerator<RowBatch> {
  let place = 0;
  for await (const batch of rows.batches()) {
    const cells = batch.map((row) => {
      const fault = faultOf(row, names.length);
      place++;
      if (fault !== undefined) {
        checks?.problems.addAt(place, fault);
        return [];
      }
      return columns.map((column) => textOf(isList(row) ? row[column] : row[names[column]]));
    });
    yield { places: batch.map((_, i) => place - batch.length + i + 1), cells };
  }
}

function faultOf(row: Row, columns: number): string | undefined {
  if (typeof row !== 'object' || row === null) return 'neither an object nor a list';
  if (!isList(row) || row.length === columns) return undefined;
  return `${row.length} values, but there are ${columns} columns: the features in their order, and a label behind them`;
}

/** A cell as a CSV file would have it. */
function textOf(cell: Cell): string {
  if (typeof cell === 'boolean') return cell ? '1' : '0';
  return cell === null || cell === undefined ? '' : String(cell);
}
