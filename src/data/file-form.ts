/**
 * Files that are not text, recognised by their first bytes, and what to do about each.
 * @module
 */

import { TextDecoder } from 'node:util';

/** What a file is instead of text, and what its owner can do. */
export interface FileForm {
  /** Completes "it is …". */
  readonly name: string;
  readonly remedy: string;
}

const SAVE_AS =
  "open it and save its sheet as CSV: in Excel by Save As, 'CSV UTF-8'; in LibreOffice by Save As, 'Text CSV', with Unicode (UTF-8) and the field delimiter ','. " +
  'Where Excel then writes semicolons and decimal commas, name them in the configuration: delimiter, decimal';
const RESAVE = 'open it and save it as CSV UTF-8';
const EXPORT = 'export it as CSV UTF-8, comma separated';
const UNPACK = 'unpack it first';
const RECODE = 'save it as UTF-8';
const NAME_IT = `${RECODE}, or name it in the configuration: file: …, encoding: utf-16le or utf-16be`;

/** Each form with the bytes, written as Latin-1, that its files begin with. */
const MAGIC: readonly (readonly [start: string, name: string, remedy: string])[] = [
  ['PK\x03\x04', 'an Excel workbook (.xlsx) or another ZIP archive', SAVE_AS],
  ['PK\x05\x06', 'an empty ZIP archive', RESAVE],
  ['\xd0\xcf\x11\xe0', 'an old Excel workbook (.xls)', SAVE_AS],
  ['PAR1', 'a Parquet file', 'name it .parquet'],
  ['ARROW1', 'an Arrow (Feather) file', EXPORT],
  ['FEA1', 'a Feather file', EXPORT],
  ['ORC', 'an ORC file', EXPORT],
  ['Obj\x01', 'an Avro file', EXPORT],
  ['SQLite format 3\0', 'an SQLite database', EXPORT],
  ['\x89HDF', 'an HDF5 file', EXPORT],
  ['\x93NUMPY', 'a NumPy array', EXPORT],
  ['$FL2', 'an SPSS file', EXPORT],
  ['$FL3', 'an SPSS file', EXPORT],
  ['<stata_dta>', 'a Stata file', EXPORT],
  ['%PDF', 'a PDF', EXPORT],
  ['\x1f\x8b', 'compressed with gzip', 'unpack it first: gunzip FILE'],
  ['BZh', 'compressed with bzip2', UNPACK],
  ['\xfd7zXZ', 'compressed with xz', UNPACK],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', UNPACK],
  ['7z\xbc\xaf', 'a 7z archive', UNPACK],
  ['Rar!', 'a RAR archive', UNPACK],
  ['\xff\xfe\0\0', 'text in UTF-32', RECODE],
  ['\0\0\xfe\xff', 'text in UTF-32', RECODE],
  ['\xff\xfe', 'text in UTF-16', RECODE],
  ['\xfe\xff', 'text in UTF-16', RECODE],
];

/** The form of a file that begins with these bytes, when it is not text. */
export function binaryForm(bytes: Uint8Array): FileForm | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  const found = MAGIC.find(([magic]) => start.startsWith(magic));
  if (found !== undefined) return { name: found[1], remedy: found[2] };
  if (!bytes.includes(0)) return undefined;
  // Every other byte of a Latin text in UTF-16 is zero.
  const isUtf16 = bytes.length > 3 && (bytes[0] === 0) !== (bytes[1] === 0) && (bytes[2] === 0) !== (bytes[3] === 0);
  return isUtf16
    ? { name: 'text in UTF-16', remedy: NAME_IT }
    : { name: 'not a text file: it has zero bytes', remedy: EXPORT };
}

/** The text that these bytes, a whole file, are in UTF-8; nothing when they are none. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
