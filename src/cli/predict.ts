/**
 * `trefoil predict MODEL CSV`: applies a released model to raw records.
 * @module
 */
import { readRecords } from '../data/csv.ts';
import { predictProbabilities, readModel } from '../job/model-file.ts';

/** Prints a CSV with one probability a row, in the order of the file. */
export async function predict(modelFile: string, csvFile: string): Promise<void> {
  const model = readModel(modelFile);
  const unbounded = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const columns = model.features.map((name) => ({ name, ...unbounded }));
  const { features, rows } = await readRecords(csvFile, { features: columns, outOfRange: 'refuse' });
  const probabilities = predictProbabilities(model, features, rows);
  console.log(`${model.label}_probability`);
  for (const probability of probabilities) console.log(probability.toFixed(6));
}
