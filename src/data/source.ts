/**
 * Where the rows of one kind lie: a CSV file, or a pair of image files.
 * @module
 */

import { csvFile } from './csv.ts';
import { type ImageFiles, imageFiles } from './idx.ts';
import type { RecordSource } from './records.ts';

/** The path of a CSV file, or the paths of an image set. */
export type DataFile = string | ImageFiles;

export const sourceOf = (file: DataFile): RecordSource => (typeof file === 'string' ? csvFile(file) : imageFiles(file));
