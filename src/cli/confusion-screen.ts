/**
 * The confusion matrix as a table, with what a reader derives from it: of each class how many are found, and of each prediction how many are right.
 * @module
 */
import { percent } from '../data/figures.ts';
import { plainTable } from './table.ts';

/** Decimals of a count with noise. */
const NOISY = 1;

export function printConfusion(matrix: readonly (readonly number[])[], threshold: number | undefined): void {
  const classes = matrix.map((_, c) => `${c}`);
  const rows = matrix.map((counts, c) => [`${c}`, ...counts.map(count), share(counts[c], sum(counts))]);
  const precision = matrix.map((counts, c) => share(counts[c], sum(matrix.map((row) => row[c]))));
  const from = threshold === undefined ? '' : ` (1 from a probability of ${threshold} on)`;
  console.log(`\n  held-out rows of each class, by predicted class${from}:`);
  console.log(`${plainTable(['', ...classes, 'recall'], [...rows, ['precision', ...precision, '']])}\n`);
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
const count = (rows: number) => (Number.isInteger(rows) ? `${rows}` : rows.toFixed(NOISY));

/** Counts with noise may lie beyond what counts can be; a share of none is none. */
const share = (part: number, of: number) => (of > 0 ? percent(Math.min(1, Math.max(0, part / of)), 1) : 'none');
