/**
 * Some of the records, and several sets as one.
 * @module
 */
import type { Records } from '../../data/records.ts';

/** The rows that are asked for, in that order. */
export function chosenRecords({ features, labels, weights, columns }: Records, rows: ArrayLike<number>): Records {
  const chosen = {
    features: new Float64Array(rows.length * columns),
    labels: new Float64Array(rows.length),
    ...(weights === undefined ? {} : { weights: Float64Array.from(rows, (row) => weights[row]) }),
  };
  for (let i = 0; i < rows.length; i++) {
    chosen.features.set(features.subarray(rows[i] * columns, (rows[i] + 1) * columns), i * columns);
    chosen.labels[i] = labels[rows[i]];
  }
  return { ...chosen, rows: rows.length, columns };
}

/** The first rows, as many as there are of those that are asked for. */
export const firstRecords = (records: Records, most: number): Records =>
  chosenRecords(
    records,
    Uint32Array.from({ length: Math.min(records.rows, most) }, (_, i) => i),
  );

export function joinedRecords(first: Records, second: Records): Records {
  const features = new Float64Array(first.features.length + second.features.length);
  features.set(first.features);
  features.set(second.features, first.features.length);
  const labels = new Float64Array(first.rows + second.rows);
  labels.set(first.labels);
  labels.set(second.labels, first.rows);
  const all = { features, labels, rows: first.rows + second.rows, columns: first.columns };
  if (first.weights === undefined && second.weights === undefined) return all;
  const weights = new Float64Array(all.rows).fill(1);
  if (first.weights !== undefined) weights.set(first.weights);
  if (second.weights !== undefined) weights.set(second.weights, first.rows);
  return { ...all, weights };
}

export function meanRecord({ features, rows, columns }: Records): Float64Array {
  const sums = new Float64Array(columns);
  features.forEach((x, i) => {
    sums[i % columns] += x;
  });
  return sums.map((sum) => sum / rows);
}

/** Rows at which a flag is 1. */
export const flagged = (flags: Uint8Array): Uint32Array =>
  Uint32Array.from([...flags.keys()].filter((i) => flags[i] === 1));
