/**
 * The part of a node's configuration that names its data files: of whatever job it runs, or of several jobs, by the name of each.
 * @module
 */

import { z } from 'zod';
import { byForm, Document, isMapping, mapping, type Path, text } from '../../data/document.ts';
import { suggestion } from '../../data/nearest.ts';
import { type Data, type DataFile, lasting } from '../../data/source.ts';
import { dataFileSchema, located } from '../../data/sources/index.ts';
import { missingTexts, type OwnTable, ownColumns, type WrittenTable } from '../../encoding/own-column.ts';
import type { RowKind } from '../file/job.ts';

export const KINDS: readonly RowKind[] = ['train', 'test', 'validation'];

/** The files of one job, and the name under which they share one privacy budget with others. */
export type DataFiles = { readonly [K in RowKind]?: DataFile | undefined } & {
  readonly dataSet?: string | undefined;
} & OwnTable;
const dataFiles = mapping({
  train: dataFileSchema.optional(),
  test: dataFileSchema.optional(),
  validation: dataFileSchema.optional(),
  dataSet: text('a name').optional(),
  columns: ownColumns.optional(),
  missing: missingTexts.optional(),
});

/** The records of one party, of each kind that it has rows of. */
export type PartyData = { readonly [K in RowKind]?: Data };

/** Records of a party with what a configuration says beside them: how its table has the features, and the columns of the keys that rows are found by. */
export interface PartyRecords extends PartyData, WrittenTable {
  readonly keys?: Readonly<Record<string, string>>;
}

const described = z.record(z.string(), z.object({ columns: ownColumns.optional(), missing: missingTexts.optional() }));

/** What a program says of the tables of parties, by their names. Problems are noted at `data`. */
export function tablesDescribed(data: Readonly<Record<string, PartyRecords>>): {
  readonly document: Document;
  readonly tables: Readonly<Record<string, OwnTable>>;
} {
  const written = Object.entries(data).map(([name, { columns, missing }]) => [name, { columns, missing }]);
  const document = new Document({ data: Object.fromEntries(written) });
  const read = document.read(z.object({ data: described }))?.data ?? {};
  const stated = Object.entries(read).filter(([, table]) => table.columns !== undefined || table.missing !== undefined);
  return { document, tables: Object.fromEntries(stated) };
}

/** The same records, of which rows that come one by one can be asked for more than once. */
export const lastingData = (data: PartyData): PartyData =>
  Object.fromEntries(
    KINDS.flatMap((kind) => {
      const of = data[kind];
      return of === undefined ? [] : [[kind, lasting(of)]];
    }),
  );

export type WrittenData = { readonly files: DataFiles } | { readonly ofJobs: Readonly<Record<string, DataFiles>> };

const filesOfAny = dataFiles.transform((files) => ({ files }));
const filesByJob = z.record(z.string(), dataFiles).transform((ofJobs) => ({ ofJobs }));
export const dataSchema = byForm<WrittenData>([filesOfAny, filesByJob], (value) =>
  isByJob(value) ? filesByJob : filesOfAny,
);

function isByJob(value: unknown): boolean {
  const isKind = (key: string) => key === 'columns' || KINDS.some((kind) => kind === key);
  const parts = isMapping(value) ? Object.entries(value) : [];
  return parts.length > 0 && parts.every(([key, part]) => isMapping(part) && !isKind(key));
}

/**
 * The files of the job of this name; notes the problem when there are none, or when they have a budget and no name: then a job on other
 * columns of another export of the same records would get a budget of its own.
 */
export function filesOfJob(
  written: WrittenData,
  hasLimit: boolean,
  jobName: () => string,
  document: Document,
): DataFiles {
  const named = (files: DataFiles, path: Path) => {
    if (hasLimit && files.dataSet === undefined && KINDS.some((kind) => files[kind] !== undefined)) {
      document.report(
        [...path, 'dataSet'],
        'is missing: with privacy.limit, a name for these records, such as cohort-1, by which all exports of them share one budget',
      );
    }
    return files;
  };
  if ('files' in written) return named(written.files, ['data']);
  const [name, known] = [jobName(), Object.keys(written.ofJobs)];
  if (known.includes(name)) return named(written.ofJobs[name], ['data', name]);
  document.report(['data'], `has no files for the job '${name}'${suggestion(name, known)}`);
  return {};
}

/** What the configuration says of the table itself; nothing where it says nothing. */
export function tableIn({ columns, missing }: DataFiles): OwnTable | undefined {
  if (columns === undefined && missing === undefined) return undefined;
  return { ...(columns === undefined ? {} : { columns }), ...(missing === undefined ? {} : { missing }) };
}

/** The same files with their paths as `path` gives them. */
export function withPaths(files: DataFiles, path: (written: string) => string): Partial<Record<RowKind, DataFile>> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const file = files[kind];
      return file === undefined ? [] : [[kind, located(file, path)]];
    }),
  );
}
