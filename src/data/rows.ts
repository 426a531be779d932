/**
 * Records from rows that a program hands over: objects by column, or lists in the order of the job's features, label last.
 *
 * As with files, no message contains a value of the data. Rows stay in memory as long as their source does.
 * @module
 */
import { usedDigest, usedOf } from './commitment.ts';
import { throwProblems } from './document.ts';
import { labelReader, numberIn, type Reading } from './labels.ts';
import { Problems } from './problems.ts';
import { RangeCheck } from './range-check.ts';
import type { Commitments, RecordSource, Records, RecordsWanted } from './records.ts';

/** A number, or its text as a CSV file has it; `true` is 1 and `false` 0. `null` and `undefined` are a cell without a value. */
export type Cell = number | string | boolean | null | undefined;

/** One record: its cells by column, where further columns are ignored, or in the order of the job's features with the label last. */
export type Row = Readonly<Record<string, Cell>> | readonly Cell[];

/** Rows of a program, all at once or as they come. */
export type Rows = Iterable<Row> | AsyncIterable<Row>;

/** Rows after which it is said how many there were. */
const COUNTED = 4096;

/**
 * A source of records from rows of a program. It reads the rows once.
 * @example
 * const source = rowSource(database.query('select * from patients'));
 */
export function rowSource(rows: Rows): RecordSource {
  let all: Promise<readonly Row[]> | undefined;
  const kept = (onRows?: (rows: number) => void) => {
    all ??= collected(rows, onRows);
    return all;
  };
  return {
    read: async (wanted, onRows) => recordsIn(await kept(onRows), wanted),
    commitments: async (columns) => commitmentsIn(await kept(), columns),
  };
}

async function collected(rows: Rows, onRows: (rows: number) => void = () => undefined): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const row of rows) {
    all.push(row);
    if (all.length % COUNTED === 0) onRows(all.length);
  }
  onRows(all.length);
  return all;
}

const isList = (row: Row): row is readonly Cell[] => Array.isArray(row);

function recordsIn(rows: readonly Row[], wanted: RecordsWanted): Records {
  const { features, label, outOfRange, missing = 'refuse' } = wanted;
  const problems = new Problems('row');
  const labelIn = labelReader(wanted);
  const ranges = features.map((feature) => new RangeCheck(feature));
  const [width, cells] = [features.length, features.length + (label === undefined ? 0 : 1)];
  const records: Records = {
    features: new Float64Array(rows.length * width),
    labels: new Float64Array(rows.length),
    rows: rows.length,
    columns: width,
  };
  const numberOf = (cell: Cell, row: number, name: string, read: (text: string) => Reading): number | undefined => {
    const reading = read(textOf(cell));
    if ('value' in reading) return reading.value;
    if (missing === 'keep' && textOf(cell) === '') return Number.NaN;
    problems.addAt(row, reading.fault, name);
    return undefined;
  };
  rows.forEach((row, i) => {
    if (typeof row !== 'object' || row === null) {
      problems.addAt(i + 1, 'neither an object nor a list');
      return;
    }
    if (isList(row) && row.length !== cells) {
      problems.addAt(
        i + 1,
        `${row.length} values, but there are ${width} features${cells > width ? ' and a label' : ''}`,
      );
      return;
    }
    features.forEach(({ name, low, high }, j) => {
      const value = numberOf(isList(row) ? row[j] : row[name], i + 1, name, numberIn);
      if (value === undefined) return;
      if (!Number.isNaN(value)) ranges[j].add(value, i + 1);
      records.features[i * width + j] = outOfRange === 'keep' ? value : Math.min(high, Math.max(low, value));
    });
    if (label === undefined) return;
    const value = numberOf(isList(row) ? row[width] : row[label], i + 1, label, labelIn);
    if (value !== undefined) records.labels[i] = value;
  });
  if (outOfRange !== 'keep') for (const range of ranges) range.report(problems, outOfRange === 'refuse');
  if (rows.length === 0) problems.add('there is no row');
  else if (wanted.rows !== undefined && rows.length !== wanted.rows) {
    problems.add(`rows: ${rows.length}, but the job says ${wanted.rows}`);
  }
  throwProblems('TREFOIL_DATA', 'the source of rows', problems.list());
  return records;
}

/** A cell as a CSV file would have it. */
function textOf(cell: Cell): string {
  if (typeof cell === 'boolean') return cell ? '1' : '0';
  return cell === null || cell === undefined ? '' : String(cell).trim();
}

/** The same name as a CSV file of the same rows has: a list is in the order of `columns`. */
function commitmentsIn(rows: readonly Row[], columns: readonly string[]): Commitments {
  const sorted = columns.map((name, i) => [name, i] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const digests = rows.map((row) =>
    usedDigest(sorted.map(([name, i]) => [name, textOf(isList(row) ? row[i] : row[name])])),
  );
  return { commitment: usedOf(digests) };
}
