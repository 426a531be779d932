/**
 * Jobs whose parties have different columns of the same persons: who has which columns, and what a party's own file holds.
 * @module
 */
import type { FeatureRange } from '../../data/feature-range.ts';
import type { ColumnRange } from '../../plan/plan.ts';
import type { ColumnOwners } from '../../plan/training/task.ts';
import type { Job } from './job.ts';
import { isSplitByColumns } from './row-counts.ts';

/** The names that one entry of a party's `features` means: that name, or those that it fits with `*` for any characters. */
export function namesMeant(entry: string, names: readonly string[]): string[] {
  if (names.includes(entry)) return [entry];
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const pattern = new RegExp(`^${entry.split('*').map(literal).join('.*')}$`, 's');
  return names.filter((name) => pattern.test(name));
}

/** What a party's own records are of a job's columns. */
export interface Holding {
  /** Numbers of its features among those of the job, in order. */
  readonly columns: readonly number[];
  readonly features: readonly FeatureRange[];
  readonly hasLabel: boolean;
}

/** All columns of a job. */
export const everyColumn = ({ data }: Job): Holding => ({
  columns: data.features.map((_, j) => j),
  features: data.features,
  hasLabel: true,
});

/** The columns of a party; without one, those of whoever has all records. */
export function holdingOf(job: Job, party: string): Holding {
  if (!isSplitByColumns(job.parties)) return everyColumn(job);
  const { features: own = [], label = false } = job.parties.find(({ name }) => name === party) ?? {};
  const names = new Set(own);
  const columns = job.data.features.flatMap(({ name }, j) => (names.has(name) ? [j] : []));
  return { columns, features: columns.map((j) => job.data.features[j]), hasLabel: label };
}

/** Who has which columns; none where every party has all columns of its own rows. */
export function columnOwnersOf(job: Job): ColumnOwners | undefined {
  if (!isSplitByColumns(job.parties)) return undefined;
  const features = job.parties.flatMap(({ name }) =>
    rangesOf(holdingOf(job, name).columns).map((range) => ({ owner: name, ...range })),
  );
  const [label] = job.parties.flatMap(({ name, label }) => (label === true ? [name] : []));
  return { features: features.sort((a, b) => a.first - b.first), label };
}

/** Runs of numbers that follow each other. */
function rangesOf(columns: readonly number[]): ColumnRange[] {
  const ranges: { first: number; count: number }[] = [];
  for (const column of columns) {
    const last = ranges.at(-1);
    if (last !== undefined && last.first + last.count === column) last.count++;
    else ranges.push({ first: column, count: 1 });
  }
  return ranges;
}
