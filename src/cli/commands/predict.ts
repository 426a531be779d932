/**
 * `trefoil predict MODEL CSV`: applies a released model to raw records.
 * @module
 */
import { readRows } from '../../data/csv.ts';
import { significant } from '../../data/figures.ts';
import { csvLine } from '../../data/write-csv.ts';
import { featuresOf, type Model, readModel } from '../../job/model/model-file.ts';
import { predictRows } from '../../job/model/predict.ts';

export interface PredictOptions {
  /** `mark`: a row with values outside their ranges is answered, and a last column names them. */
  readonly outOfRange: 'refuse' | 'mark';
  /** `empty`: a row with a cell without a value gets empty answers. */
  readonly missing: 'refuse' | 'empty';
  /** A column that the output begins with. */
  readonly id?: string;
}

/** Digits of a probability. A predicted target keeps all that it has, whatever its unit. */
const DIGITS = 9;

const isTarget = (model: Model) => model.type === 'mlp' && model.output === 'linear';

/** The header of the column of marks. */
const MARKS = 'out_of_range';

const ADVICE = {
  missing: '--missing empty leaves the answer of such a row empty',
  outOfRange: '--out-of-range mark answers such a row and marks it',
};

/** Prints a CSV with a line for each row, in the order of the file: the id, the model's outputs, the marks. */
export async function predict(modelFile: string, csvFile: string, options: PredictOptions): Promise<void> {
  const { id, missing } = options;
  const marks = options.outOfRange === 'mark';
  const model = readModel(modelFile);
  const wanted = featuresOf(model);
  if (model.ranges === undefined) {
    console.error(`trefoil: an earlier version wrote ${modelFile}, without ranges: no value is checked against one`);
  }
  const { features, rows, ids, warnings } = await readRows(
    csvFile,
    { features: wanted, outOfRange: marks ? 'keep' : 'refuse' },
    { missing: missing === 'empty' ? 'keep' : 'refuse', id, advice: ADVICE },
  );
  for (const warning of warnings) console.error(`trefoil: ${warning}`);
  const { columns, values } = predictRows(model, features, rows);
  const format = isTarget(model) ? String : (probability: number) => significant(probability, DIGITS);
  console.log(csvLine([...(id === undefined ? [] : [id]), ...columns, ...(marks ? [MARKS] : [])]));
  for (let row = 0; row < rows; row++) {
    const raw = features.subarray(row * wanted.length, (row + 1) * wanted.length);
    const outputs = values.subarray(row * columns.length, (row + 1) * columns.length);
    const isMissing = raw.some(Number.isNaN);
    const answers = Array.from(outputs, (output) => (isMissing ? '' : format(output)));
    const outside = wanted.filter(({ low, high }, j) => raw[j] < low || raw[j] > high).map(({ name }) => name);
    const mark = marks ? [outside.join('; ')] : [];
    console.log(csvLine([...(id === undefined ? [] : [ids[row]]), ...answers, ...mark]));
  }
}
