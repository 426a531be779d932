/**
 * Names for the rows of a table or an image set that depend on nothing but the rows: SHA-256 over the sorted digests of all of them.
 *
 * The order of rows and columns, the name of the file, quotes, and how a number is written do not matter, and neither does how a job clips a
 * row. One name is over the columns that a job uses, so that another export of the same rows has it too; one is over all columns of the
 * file, so that jobs on other columns of it have it too. There is no salt, since they must be the same again after years: whoever can
 * guess all rows can check the guess, which is why they stay with the owner of the rows.
 * @module
 */
import { createHash } from 'node:crypto';
import { type ImageFiles, imageSet } from './idx.ts';
import type { Reading } from './reading.ts';
import type { Commitments } from './records.ts';
import type { TableSource } from './table-source.ts';

/**
 * Of the rows of a table, for a job that uses these columns. Kinds of tables do not matter: a database has the name of its export.
 * Throws `TREFOIL_DATA` for a table that can not be read to its end.
 */
export async function tableCommitments(source: TableSource, columns: readonly string[]): Promise<Commitments> {
  const used = new Set(columns);
  const all = (await source.header()).map((name, i): Column => [name, i]).sort(byName);
  const own = all.flatMap(([name], i) => (used.has(name) ? [i] : []));
  const read = source.hasAllColumns ? all : own.map((i) => all[i]);
  const ownAmongRead = source.hasAllColumns ? own : own.map((_, i) => i);
  const digests: { used: Buffer[]; whole: Buffer[] } = { used: [], whole: [] };
  const numberIn = (cell: string) => source.numberIn(cell);
  for await (const { cells: rows } of source.rows(read.map(([, position]) => position))) {
    for (const cells of rows) {
      const cell = (i: number) => cells[i].trim();
      digests.used.push(digestOf(JSON.stringify(ownAmongRead.map((i) => [read[i][0], value(cell(i), numberIn)]))));
      if (source.hasAllColumns) {
        digests.whole.push(digestOf(JSON.stringify(read.map(([name], i) => [name, anyValue(cell(i), numberIn)]))));
      }
    }
  }
  const commitment = digestOfAll(USED, digests.used);
  return source.hasAllColumns ? { commitment, table: digestOfAll(WHOLE, digests.whole) } : { commitment };
}

/** Of a pair of image files, whose pixels are all used. Throws `TREFOIL_DATA`. */
export async function imageCommitments(files: ImageFiles): Promise<Commitments> {
  const { images, size, labels } = await imageSet(files);
  const digests = Array.from(labels, (label, i) =>
    digestOf(Uint8Array.of(label), images.subarray(i * size, (i + 1) * size)),
  );
  return { commitment: digestOfAll(WHOLE, digests) };
}

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

const byName = ([a]: Column, [b]: Column) => (a < b ? -1 : a > b ? 1 : 0);

/** A cell as a job reads it: 5.0, 5 and 5e0 are one number. */
function value(cell: string, numberIn: (cell: string) => Reading): string {
  const reading = numberIn(cell);
  return 'value' in reading ? String(reading.value) : cell;
}

/** A cell of which nobody knows whether it is a number. */
function anyValue(cell: string, numberIn: (cell: string) => Reading): string {
  const known = numberIn(cell);
  if ('value' in known) return String(known.value);
  const number = Number(cell);
  return cell !== '' && Number.isFinite(number) ? String(number) : cell;
}
