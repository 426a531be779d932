/**
 * A name for the rows of a data file that depends on nothing but the rows: SHA-256 over the sorted digests of all of them.
 *
 * The order of rows and columns, the name of the file, quotes, and how a number is written do not matter, and neither does what a job takes of
 * a row or how it clips it; so one data set has one commitment in every job. There is no salt, since it must be the same again after
 * years: whoever can guess all rows can check the guess, which is why it stays with the owner of the rows.
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { TrefoilError } from '../errors.ts';
import { type ImageFiles, imageSet } from './idx.ts';
import type { DataFile } from './source.ts';

/** In hex. Throws `TREFOIL_DATA` for a file that can not be read to its end. */
export async function commitmentOf(file: DataFile): Promise<string> {
  const digests = typeof file === 'string' ? await rowDigests(file) : await imageDigests(file);
  const hash = createHash('sha256').update('trefoil data set 1\n');
  for (const digest of digests.sort(Buffer.compare)) hash.update(digest);
  return hash.digest('hex');
}

const digestOf = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

async function rowDigests(path: string): Promise<Buffer[]> {
  const digests: Buffer[] = [];
  let columns: readonly (readonly [name: string, position: number])[] | undefined;
  try {
    const options = { bom: true, relax_column_count: true, skip_empty_lines: true };
    await pipeline(createReadStream(path), parse(options), async (rows: AsyncIterable<readonly string[]>) => {
      for await (const row of rows) {
        if (columns === undefined) columns = row.map((name, i) => [name.trim(), i] as const).sort(byName);
        else digests.push(digestOf(JSON.stringify(columns.map(([name, i]) => [name, canonical(row[i] ?? '')]))));
      }
    });
  } catch {
    // The parser's error quotes the cell.
    throw new TrefoilError('TREFOIL_DATA', `can not read the data file ${path} to its end`);
  }
  return digests;
}

const byName = ([a]: readonly [string, number], [b]: readonly [string, number]) => (a < b ? -1 : a > b ? 1 : 0);

/** 5.0, 5 and 5e0 are one number. */
function canonical(cell: string): string {
  const text = cell.trim();
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? String(number) : text;
}

async function imageDigests(files: ImageFiles): Promise<Buffer[]> {
  const { images, size, labels } = await imageSet(files);
  return Array.from(labels, (label, i) => digestOf(Uint8Array.of(label), images.subarray(i * size, (i + 1) * size)));
}
