/**
 * The kinds of data that a node's configuration can name, by the key that a mapping of each has.
 * @module
 */
import { z } from 'zod';
import { invariant } from '../../errors.ts';
import { csvTable } from '../csv-table.ts';
import { byForm, isMapping, mustBe, text } from '../document.ts';
import { nearest } from '../nearest.ts';
import type { RecordSource } from '../records.ts';
import type { TableSource } from '../table-source.ts';
import { CSV } from './csv.ts';
import { DUCKDB } from './duckdb.ts';
import { IMAGES } from './images.ts';
import { POSTGRES } from './postgres.ts';
import type { SourceKind } from './source-kind.ts';

export const SOURCES = { file: CSV, images: IMAGES, query: DUCKDB, postgres: POSTGRES };

type Written<S> = S extends SourceKind<infer W> ? W : never;
type Mapping = Written<(typeof SOURCES)[keyof typeof SOURCES]>;

/** The path of a CSV, Parquet or JSON file or of a folder of them, or a mapping of one of the kinds in `SOURCES`. */
export type DataFile = string | Mapping;

/** The kind of a mapping, by its key. Each kind is given mappings of its own alone. */
function kindIn(written: object): SourceKind<Mapping> | undefined {
  const found = Object.entries(SOURCES).find(([key]) => key in written);
  return found?.[1] as SourceKind<Mapping> | undefined;
}

function kindOf(written: Mapping): SourceKind<Mapping> {
  const kind = kindIn(written);
  invariant(kind !== undefined, 'data that are named are of a kind');
  return kind;
}

/** Whether some data is a mapping of a kind that a configuration can name. */
export const isNamed = (data: object): data is Mapping => kindIn(data) !== undefined;

const KEYS = Object.keys(SOURCES);
const FORMS = `the path of a CSV, Parquet or JSON file, or a mapping with ${KEYS.slice(0, -1).join(', ')} or ${KEYS.at(-1)}`;
/** The kind that a mapping without a key of any is most likely meant to be: it says what is missing. */
function meant(written: object): SourceKind<Mapping> | undefined {
  const [key] = Object.keys(written).flatMap((key) => nearest(key, KEYS) ?? []);
  return key === undefined ? undefined : kindIn({ [key]: undefined });
}

const pathAlone = text(FORMS);
const neither = z.custom<Mapping>(() => false, mustBe(FORMS));
const schemas = Object.values(SOURCES).map(({ schema }) => schema as z.ZodType<Mapping>);

/** Of one set of rows in a configuration. */
export const dataFileSchema = byForm<DataFile>([pathAlone, ...schemas], (value) =>
  isMapping(value) ? ((kindIn(value) ?? meant(value))?.schema ?? neither) : pathAlone,
);

/** The same data with its paths as `path` gives them. */
export function located(file: DataFile, path: (written: string) => string): DataFile {
  return typeof file === 'string' ? path(file) : kindOf(file).located(file, path);
}

/** Bytes that what reads the data of a configuration takes beside the rows. */
export function readerMemory(file: DataFile): number {
  const kinds: readonly Pick<SourceKind<never>, 'ofPath' | 'memory'>[] = Object.values(SOURCES);
  const kind = typeof file === 'string' ? kinds.find(({ ofPath }) => ofPath?.(file) !== undefined) : kindOf(file);
  return kind?.memory ?? 0;
}

/** What reads the data of a configuration. */
export function opened(file: DataFile): TableSource | RecordSource {
  if (typeof file !== 'string') return kindOf(file).open(file);
  const kinds: readonly Pick<SourceKind<never>, 'ofPath'>[] = Object.values(SOURCES);
  for (const { ofPath } of kinds) {
    const table = ofPath?.(file);
    if (table !== undefined) return table;
  }
  return csvTable(file);
}
