/**
 * The one reader of tables: it takes the rows of a source, has encoders make numbers of their cells, and says all that is wrong together.
 * @module
 */
import { BrokenRules } from './broken-rules.ts';
import { throwProblems } from './document.ts';
import { labelEncoder } from './label-encoder.ts';
import { numberEncoder } from './number-encoder.ts';
import { Problems } from './problems.ts';
import type { RecordsWanted } from './records.ts';
import type { CellAdvice, CellForm } from './row-encoder.ts';
import { TableReading, type TableRecords } from './table-reading.ts';
import type { TableSource } from './table-source.ts';

/** Rows after which it is said how many there were. */
const COUNTED = 4096;

/** How rows are read that a model is applied to: each one that the table has gets an answer. */
export interface RowsAnswered {
  /** A column whose cells are wanted as they are. */
  readonly id?: string | undefined;
  /** What to do about a cell without a value, and a value outside its range. */
  readonly advice: CellAdvice;
}

/**
 * The records in a table, row by row in its order. Rows of a job where `answered` is absent, otherwise those that a model is applied to. `onRows`
 * hears how many rows were read. Throws `TREFOIL_DATA` with every problem found.
 */
export async function readTable(
  source: TableSource,
  wanted: RecordsWanted,
  answered?: RowsAnswered,
  onRows: (rows: number) => void = () => undefined,
): Promise<TableRecords> {
  const problems = new Problems(source.counted);
  const broken = new BrokenRules();
  const form: CellForm = {
    numberIn: (cell) => source.numberIn(cell),
    advice: answered?.advice,
    onBroken: (column, rule) => broken.add(column, rule),
  };
  const encoders = wanted.encoders?.(form) ?? wanted.features.map((feature) => numberEncoder(feature, wanted, form));
  const label =
    wanted.label === undefined ? [] : [wanted.labelEncoder?.(form) ?? labelEncoder(wanted.label, wanted, form)];
  const id = answered?.id === undefined ? [] : [answered.id];
  const names = [...new Set([...[...encoders, ...label].flatMap(({ reads }) => reads), ...id])];
  const positions = await source.find({ names, by: answered === undefined ? 'job' : 'model' }, problems);
  const found = names.filter((_, i) => positions !== undefined && positions[i] >= 0);
  if (positions !== undefined) {
    for (const { reads, declared } of [...encoders, ...label]) {
      if (declared !== undefined && reads.some((name) => !found.includes(name))) broken.add(declared, 'column');
    }
  }
  const reading = new TableReading({
    encoders,
    label,
    id: answered?.id,
    found,
    problems,
    source,
    expected: wanted.rows,
  });
  if (positions !== undefined) {
    const columns = positions.filter((position) => position >= 0);
    let isCut = false;
    for await (const batch of source.rows(columns, { problems, everyRow: answered !== undefined })) {
      isCut = batch.isCut === true;
      for (let i = 0; i < batch.cells.length; i++) {
        reading.add(batch.cells[i], batch.places[i]);
        if (reading.seen % COUNTED === 0) onRows(reading.seen);
      }
    }
    if (reading.seen % COUNTED !== 0) onRows(reading.seen);
    reading.end(isCut);
  }
  throwProblems('TREFOIL_DATA', source.name, problems.list(), { broken: broken.list() });
  return reading.records();
}
