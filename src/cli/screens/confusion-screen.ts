/**
 * The confusion matrix as a table, with what a reader derives from it: of each class how many are found, and of each prediction how many are right.
 * @module
 */
import { percent } from '../../data/figures.ts';
import type { Class } from '../../data/records.ts';
import { plain } from '../../transport/faults.ts';
import { plainTable } from './text-table.ts';

/** Decimals of a count with noise. */
const NOISY = 1;

/** Characters of a class's name, and of one that has its place before it. */
const MOST_CHARACTERS = 12;
const SHORT = 7;

/** `classes` are those of the rows and columns, in order. */
export function confusionLines(
  matrix: readonly (readonly number[])[],
  classes: readonly Class[],
  threshold: number | undefined,
): string {
  const names = namesOf(classes);
  const rows = matrix.map((counts, c) => [names[c], ...counts.map(count), share(counts[c], sum(counts))]);
  const precision = matrix.map((counts, c) => share(counts[c], sum(matrix.map((row) => row[c]))));
  const from = threshold === undefined ? '' : ` (1 from a probability of ${threshold} on)`;
  const table = plainTable(['', ...names, 'recall'], [...rows, ['precision', ...precision, '']]);
  return `\n  held-out rows of each class, by predicted class${from}:\n${table}\n`;
}

/** Names for a screen, no two of them alike: where two would be, or one would be blank, each has its place in the job's list before it. */
export function namesOf(classes: readonly Class[]): string[] {
  const names = classes.map((name) => plain(`${name}`, MOST_CHARACTERS));
  if (!names.includes('') && new Set(names).size === names.length) return names;
  return classes.map((name, c) => `${c + 1}: ${plain(`${name}`, SHORT)}`);
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
const count = (rows: number) => (Number.isInteger(rows) ? `${rows}` : rows.toFixed(NOISY));

/** Counts with noise may lie beyond what counts can be; a share of none is none. */
const share = (part: number, of: number) => (of > 0 ? percent(Math.min(1, Math.max(0, part / of)), 1) : 'none');
