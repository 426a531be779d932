/**
 * Names for the rows of a data file that depend on nothing but the rows: SHA-256 over the sorted digests of all of them.
 *
 * The order of rows and columns, the name of the file, quotes, and how a number is written do not matter, and neither does how a job clips a
 * row. One name is over the columns that a job uses, so that another export of the same rows has it too; one is over all columns of the
 * file, so that jobs on other columns of it have it too. There is no salt, since they must be the same again after years: whoever can
 * guess all rows can check the guess, which is why they stay with the owner of the rows.
 * @module
 */
import { createHash } from 'node:crypto';
import { TrefoilError } from '../errors.ts';
import { eachRow } from './csv-rows.ts';
import { type ImageFiles, imageSet } from './idx.ts';
import { numberIn } from './labels.ts';
import type { Commitments } from './records.ts';

/** Of the rows of a CSV file, for a job that uses these columns. Throws `TREFOIL_DATA` for a file that can not be read to its end. */
export async function csvCommitments(path: string, columns: readonly string[]): Promise<Commitments> {
  const { used, whole } = await rowDigests(path, new Set(columns));
  return { commitment: usedOf(used), table: digestOfAll(WHOLE, whole) };
}

/** Of a pair of image files, whose pixels are all used. Throws `TREFOIL_DATA`. */
export async function imageCommitments(files: ImageFiles): Promise<Commitments> {
  const { images, size, labels } = await imageSet(files);
  const digests = Array.from(labels, (label, i) =>
    digestOf(Uint8Array.of(label), images.subarray(i * size, (i + 1) * size)),
  );
  return { commitment: digestOfAll(WHOLE, digests) };
}

/** The name of rows with these digests. */
export const usedOf = (digests: Buffer[]): string => digestOfAll(USED, digests);

/** The digest of a row from its cells, sorted by column. */
export const usedDigest = (cells: readonly (readonly [column: string, cell: string])[]): Buffer =>
  digestOf(JSON.stringify(cells.map(([name, cell]) => [name, value(cell)])));

/** What is hashed first, so that neither kind of name can be taken for the other. */
const WHOLE = 'trefoil data set 1\n';
const USED = 'trefoil data set 2\n';

function digestOfAll(tag: string, digests: Buffer[]): string {
  const hash = createHash('sha256').update(tag);
  for (const digest of digests.sort(Buffer.compare)) hash.update(digest);
  return hash.digest('hex');
}

const digestOf = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

type Column = readonly [name: string, position: number];

async function rowDigests(path: string, used: ReadonlySet<string>): Promise<{ used: Buffer[]; whole: Buffer[] }> {
  const digests: { used: Buffer[]; whole: Buffer[] } = { used: [], whole: [] };
  let all: readonly Column[] | undefined;
  let own: readonly Column[] = [];
  const openQuote = await eachRow(path, ({ cells }) => {
    if (all === undefined) {
      all = cells.map((name, i) => [name.trim(), i] as const).sort(byName);
      own = all.filter(([name]) => used.has(name));
    } else if (cells.length > 1 || cells[0].trim() !== '' || all.length === 1) {
      const cell = (i: number) => (cells[i] ?? '').trim();
      digests.used.push(usedDigest(own.map(([name, i]) => [name, cell(i)])));
      digests.whole.push(digestOf(JSON.stringify(all.map(([name, i]) => [name, anyValue(cell(i))]))));
    }
    return true;
  });
  // The parser's error quotes the cell.
  if (openQuote !== undefined) throw new TrefoilError('TREFOIL_DATA', `can not read the data file ${path} to its end`);
  return digests;
}

const byName = ([a]: Column, [b]: Column) => (a < b ? -1 : a > b ? 1 : 0);

/** A cell as a job reads it: 5.0, 5 and 5e0 are one number. */
function value(cell: string): string {
  const reading = numberIn(cell);
  return 'value' in reading ? String(reading.value) : cell;
}

/** A cell of which nobody knows whether it is a number. */
function anyValue(cell: string): string {
  const number = Number(cell);
  return cell !== '' && Number.isFinite(number) ? String(number) : cell;
}
