/**
 * `trefoil predict MODEL CSV`: applies a released model to raw records.
 * @module
 */
import { significant } from '../../data/figures.ts';
import { readTable } from '../../data/read-table.ts';
import { tableAt } from '../../data/source.ts';
import type { CsvFile } from '../../data/sources/csv.ts';
import { csvLine } from '../../data/write-csv.ts';
import type { NodeConfig } from '../../job/file/job.ts';
import { featuresOf, readModel } from '../../job/model/model-file.ts';
import { rowsWanted } from '../../job/model/model-schema.ts';
import { predictRows, predictsNumber } from '../../job/model/predict.ts';
import { predictions } from '../../job/model/predict-records.ts';
import { KINDS } from '../../job/node/data-files.ts';
import { loadNodeConfig } from '../../job/node/node-config.ts';

export interface PredictOptions {
  /** `mark`: a row with values outside their ranges is answered, and a last column names them. */
  readonly outOfRange: 'refuse' | 'mark';
  /** `empty`: a row with a cell without a value gets empty answers. */
  readonly missing: 'refuse' | 'empty';
  /** A column that the output begins with. */
  readonly id?: string;
  /** The configuration of a node, which says how the table has the features, and in which form its CSV files are. */
  readonly config?: string;
  /** The form of a CSV file. One that is named is the whole form: that of the configuration then counts for nothing. */
  readonly delimiter?: string;
  readonly decimal?: string;
  readonly thousands?: string;
  readonly encoding?: string;
}

/** Digits of a probability. A predicted target keeps all that it has, whatever its unit. */
const DIGITS = 9;

/** The header of the column of marks. */
const MARKS = 'out_of_range';

const ADVICE = {
  missing: '--missing empty leaves the answer of such a row empty',
  outOfRange: '--out-of-range mark answers such a row and marks it',
};

/** The form of a party's own CSV files, where its configuration names one. */
function csvFormOf(config: NodeConfig | undefined): object | undefined {
  const named = KINDS.map((kind) => config?.data[kind]).find(
    (data): data is CsvFile => typeof data === 'object' && data !== null && 'file' in data,
  );
  if (named === undefined) return undefined;
  const { file: _, ...form } = named;
  return form;
}

/** Prints a CSV with a line for each row, in the order of the file: the id, the model's outputs, the marks. */
export async function predict(modelFile: string, csvFile: string, options: PredictOptions): Promise<void> {
  const { id, missing, delimiter, decimal, thousands, encoding } = options;
  const marks = options.outOfRange === 'mark';
  const model = readModel(modelFile);
  const config = options.config === undefined ? undefined : loadNodeConfig(options.config, model.trainedBy.job);
  const wanted = rowsWanted(model, featuresOf(model), {
    outOfRange: marks ? 'keep' : 'refuse',
    missing: missing === 'empty' ? 'keep' : 'refuse',
    table: config?.table,
  });
  const form = Object.fromEntries(
    Object.entries({ delimiter, decimal, thousands, encoding }).filter(([, value]) => value !== undefined),
  );
  const table = tableAt(csvFile, Object.keys(form).length > 0 ? form : csvFormOf(config));
  if (model.ranges === undefined) {
    console.error(`trefoil: an earlier version wrote ${modelFile}, without ranges: no value is checked against one`);
  }
  const { features, rows, ids, warnings } = await readTable(table, wanted, { id, advice: ADVICE });
  for (const warning of warnings) console.error(`trefoil: ${warning}`);
  const { columns } = predictRows(model, new Float64Array(0), 0);
  const format = predictsNumber(model) ? String : (probability: number) => significant(probability, DIGITS);
  console.log(csvLine([...(id === undefined ? [] : [id]), ...columns, ...(marks ? [MARKS] : [])]));
  for (const [row, { outputs, outOfRange }] of predictions(model, features, rows).entries()) {
    const answers = columns.map((name) => (outputs === undefined ? '' : format(outputs[name])));
    const mark = marks ? [outOfRange.join('; ')] : [];
    console.log(csvLine([...(id === undefined ? [] : [ids[row]]), ...answers, ...mark]));
  }
}
