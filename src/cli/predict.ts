/**
 * `trefoil predict MODEL CSV`: applies a released model to raw records.
 * @module
 */
import { readRecords } from '../data/csv.ts';
import { significant } from '../data/figures.ts';
import { type Model, readModel } from '../job/model-file.ts';
import { predictRows } from '../job/predict.ts';

/** Digits of a probability. A predicted target keeps all that it has, whatever its unit. */
const DIGITS = 9;

const isTarget = (model: Model) => model.type === 'mlp' && model.output === 'linear';

/** Prints a CSV with the model's outputs for each row, in the order of the file. */
export async function predict(modelFile: string, csvFile: string): Promise<void> {
  const model = readModel(modelFile);
  const unbounded = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const wanted = model.features.map((name) => ({ name, ...unbounded }));
  const { features, rows } = await readRecords(csvFile, { features: wanted, outOfRange: 'refuse' });
  const { columns, values } = predictRows(model, features, rows);
  const format = isTarget(model) ? String : (probability: number) => significant(probability, DIGITS);
  console.log(columns.join(','));
  for (let row = 0; row < rows; row++) {
    const outputs = values.subarray(row * columns.length, (row + 1) * columns.length);
    console.log(Array.from(outputs, (output) => format(output)).join(','));
  }
}
