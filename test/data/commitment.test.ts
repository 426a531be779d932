import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageFiles } from '../../src/data/idx.ts';
import { commitmentsOf } from '../../src/data/source.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-commitment-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: string | Uint8Array): string {
  const path = join(folder, `${++files}.csv`);
  writeFileSync(path, content);
  return path;
}

const TABLE = 'age,sex,ill,site\n50,1,yes,a\n61.5,0,no,a\n61.5,0,no,b\n';
const COLUMNS = ['age', 'sex', 'ill'];
const SAME_ROWS: readonly [string, string][] = [
  ['another file name', TABLE],
  ['another order of rows', 'age,sex,ill,site\n61.5,0,no,b\n50,1,yes,a\n61.5,0,no,a\n'],
  ['another order of columns', 'ill,age,site,sex\nyes,50,a,1\nno,61.5,a,0\nno,61.5,b,0\n'],
  [
    'other quotes, spaces and ends of lines',
    '\ufeff"age", sex ,ill,site\r\n50.0,"1",yes,a\r\n\r\n6.15e1, 0,no,a\r\n61.50,-0,no,b',
  ],
];
/** What an export of the same rows may have otherwise, where no job uses it. */
const OTHER_EXPORTS: readonly [string, string][] = [
  ['an empty column', TABLE.replaceAll('\n', ',\n')],
  ['a renamed column', TABLE.replace('site', 'ward')],
  ['a column less', 'age,sex,ill\n50,1,yes\n61.5,0,no\n61.5,0,no\n'],
  ['other values in another column', TABLE.replace(',b', ',"b ""north"""')],
];

describe('the commitments of a CSV file', () => {
  const of = (content: string, columns = COLUMNS) => commitmentsOf(file(content), columns);

  it.each(SAME_ROWS)('are the same with %s', async (_, content) => {
    expect(await of(content)).toEqual(await of(TABLE));
  });

  it.each(OTHER_EXPORTS)('are the same over the columns of a job with %s', async (_, content) => {
    const [plain, other] = [await of(TABLE), await of(content)];
    expect(other.commitment).toBe(plain.commitment);
    expect(other.table).not.toBe(plain.table);
  });

  it('are the same over all columns for jobs on other columns', async () => {
    const [one, other] = [await of(TABLE), await of(TABLE, ['age', 'ill'])];
    expect(other.commitment).not.toBe(one.commitment);
    expect(other.table).toBe(one.table);
  });

  it.each([
    ['a row more', `${TABLE}50,1,yes,a\n`],
    ['a row less', 'age,sex,ill,site\n50,1,yes,a\n61.5,0,no,a\n'],
    ['another value', TABLE.replace('50', '51')],
    ['values that are swapped', TABLE.replace('50,1', '61.5,1').replace('61.5,0', '50,0')],
    ['another name of a column', TABLE.replace('sex', 'six')],
  ])('are others with %s', async (_, content) => {
    const [plain, other] = [await of(TABLE), await of(content)];
    expect(other.commitment).not.toBe(plain.commitment);
    expect(other.table).not.toBe(plain.table);
  });

  it('know a table by the digest that earlier versions called its commitment', async () => {
    const { table } = await of('age,sex,ill\n50,f,1\n61.5,m,0\n61.5,m,0\n');
    expect(table).toBe('2217348973b06d487f9c567254d4055f83c248f6fdb0f60bc48b16ecf13f59fe');
  });

  it('are digests in hex, and never quote a cell that can not be read', async () => {
    const { commitment, table } = await of(TABLE);
    for (const digest of [commitment, table]) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const path = file('age\n"secret');
    await expect(commitmentsOf(path, COLUMNS)).rejects.toThrow(`can not read the data file ${path} to its end`);
  });
});

describe('the commitment of an image set', () => {
  const idx = (sizes: readonly number[], bytes: readonly number[]) =>
    Uint8Array.of(0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, 0, size]), ...bytes);
  const set = (pixels: readonly number[], labels: readonly number[]) => ({
    images: file(idx([labels.length, 1, 2], pixels)),
    labels: file(gzipSync(idx([labels.length], labels))),
  });

  const of = async (files: ImageFiles) => (await commitmentsOf(files, [])).commitment;

  it('depends on the rows that are used, and not on their order', async () => {
    const commitment = await of(set([1, 2, 3, 4], [0, 1]));
    expect(await of(set([3, 4, 1, 2], [1, 0]))).toBe(commitment);
    expect(await of({ ...set([9, 9, 1, 2, 3, 4, 9, 9], [5, 0, 1, 5]), rows: [1, 3] })).toBe(commitment);
    expect(await of(set([1, 2, 3, 4], [1, 0]))).not.toBe(commitment);
    expect(await of(set([1, 2, 3, 5], [0, 1]))).not.toBe(commitment);
  });
});
