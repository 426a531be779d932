/**
 * Where the rows of one kind lie: a CSV file, a pair of image files, rows of a program, or a source of a program's own.
 * @module
 */

import { csvCommitments, imageCommitments } from './commitment.ts';
import { readRecords } from './csv.ts';
import { type ImageFiles, readImages } from './idx.ts';
import type { Commitments, RecordSource } from './records.ts';
import { type Rows, rowSource } from './rows.ts';

/** The path of a CSV file, or the paths of an image set. */
export type DataFile = string | ImageFiles;

/** Everything that records can be read from. */
export type Data = DataFile | RecordSource | Rows;

/** The records of one CSV file; columns that the job doesn't name are ignored. */
const csvFile = (path: string): RecordSource => ({
  read: (wanted, onRows) => readRecords(path, wanted, onRows),
  commitments: (columns) => csvCommitments(path, columns),
});

/** The records of a pair of image and label files: each pixel is a feature, row by row. */
const imageFiles = (files: ImageFiles): RecordSource => ({
  read: (wanted) => readImages(files, wanted),
  commitments: () => imageCommitments(files),
});

/** The source that some data is. */
export function sourceOf(data: Data): RecordSource {
  if (typeof data === 'string') return csvFile(data);
  if ('images' in data) return imageFiles(data);
  return 'commitments' in data ? data : rowSource(data);
}

/** The same data, of which rows that come one by one can be asked for more than once. */
export const lasting = (data: Data): DataFile | RecordSource => (isFile(data) ? data : sourceOf(data));

/** Whether these data lie in files, so that another process can read them. */
export const isFile = (data: Data): data is DataFile => typeof data === 'string' || 'images' in data;

/** Names for the rows of some data, for a job that uses these columns. */
export const commitmentsOf = (data: Data, columns: readonly string[]): Promise<Commitments> =>
  sourceOf(data).commitments(columns);
