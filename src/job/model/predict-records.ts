/**
 * A model's answers to records, one for each.
 * @module
 */
import { type RowsAnswered, readTable } from '../../data/read-table.ts';
import { columnsOf, type Data, isFile, sourceOf, tableOf } from '../../data/source.ts';
import type { OwnTable } from '../../encoding/own-column.ts';
import { TrefoilError } from '../../errors.ts';
import { featuresOf, type Model, readModel } from './model-file.ts';
import { rowsWanted } from './model-schema.ts';
import { predictRows } from './predict.ts';

export interface Prediction {
  /** By the name of each output, such as `ill_probability`; nothing where the record has a cell without a value. */
  readonly outputs?: Readonly<Record<string, number>>;
  /** The columns whose values lie outside their declared ranges. */
  readonly outOfRange: readonly string[];
}

export interface PredictOptions {
  /** `refuse`, which is the default: a value outside its declared range is a problem. `mark`: the answer names the column. */
  readonly outOfRange?: 'refuse' | 'mark';
  /** `refuse`, which is the default: a cell without a value is a problem. `empty`: such a record gets no outputs. */
  readonly missing?: 'refuse' | 'empty';
  /** Columns, codes, units and texts for missing values of these records, where they are not as the job says. */
  readonly table?: OwnTable;
}

const ADVICE: RowsAnswered['advice'] = {
  missing: "missing: 'empty' leaves out the outputs of such a record",
  outOfRange: "outOfRange: 'mark' answers such a record and marks it",
};

/**
 * Applies a model, or the one in a file, to records. Throws `TREFOIL_DATA` with every problem of the records or of the model's file.
 * @example
 * const [{ outputs }] = await predict('model.json', [{ age: 51, weight: 80 }]);
 */
export async function predict(model: Model | string, data: Data, options: PredictOptions = {}): Promise<Prediction[]> {
  const known = typeof model === 'string' ? readModel(model) : model;
  const wanted = rowsWanted(known, featuresOf(known), {
    outOfRange: options.outOfRange === 'mark' ? 'keep' : 'refuse',
    missing: options.missing === 'empty' ? 'keep' : 'refuse',
    table: options.table,
  });
  const table = tableOf(data, columnsOf(wanted));
  if (table === undefined && isFile(data)) {
    throw new TrefoilError('TREFOIL_USAGE', 'predict reads tables or rows: give images as rows of their pixels');
  }
  const { features, rows } =
    table === undefined ? await sourceOf(data).read(wanted) : await readTable(table, wanted, { advice: ADVICE });
  return predictions(known, features, rows);
}

/** The answers to raw features, row-major, in which a missing value is NaN. */
export function predictions(model: Model, features: Float64Array, rows: number): Prediction[] {
  const wanted = featuresOf(model);
  const { columns, values } = predictRows(model, features, rows);
  return Array.from({ length: rows }, (_, row) => {
    const raw = features.subarray(row * wanted.length, (row + 1) * wanted.length);
    const outOfRange = wanted.filter(({ low, high }, j) => raw[j] < low || raw[j] > high).map(({ name }) => name);
    if (raw.some(Number.isNaN)) return { outOfRange };
    const outputs = columns.map((name, j) => [name, values[row * columns.length + j]] as const);
    return { outputs: Object.fromEntries(outputs), outOfRange };
  });
}
