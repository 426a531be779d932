import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitmentOf } from '../../src/data/commitment.ts';

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

const TABLE = 'age,sex,ill\n50,f,1\n61.5,m,0\n61.5,m,0\n';

describe('the commitment of a CSV file', () => {
  it.each([
    ['another file name', TABLE],
    ['another order of rows', 'age,sex,ill\n61.5,m,0\n50,f,1\n61.5,m,0\n'],
    ['another order of columns', 'ill,age,sex\n1,50,f\n0,61.5,m\n0,61.5,m\n'],
    ['other quotes, spaces and ends of lines', '\ufeff"age", sex ,ill\r\n50.0,"f",1\r\n\r\n6.15e1, m,0\r\n61.50,m,0'],
  ])('is the same with %s', async (_, content) => {
    expect(await commitmentOf(file(content))).toBe(await commitmentOf(file(TABLE)));
  });

  it.each([
    ['a row more', `${TABLE}50,f,1\n`],
    ['a row less', 'age,sex,ill\n50,f,1\n61.5,m,0\n'],
    ['another value', TABLE.replace('50', '51')],
    ['values that are swapped', 'age,sex,ill\n50,m,1\n61.5,f,0\n61.5,m,0\n'],
    ['another name of a column', TABLE.replace('sex', 'six')],
    ['cells that run into each other', TABLE.replace('50,f,1', '50,"f,1",')],
  ])('is another one with %s', async (_, content) => {
    expect(await commitmentOf(file(content))).not.toBe(await commitmentOf(file(TABLE)));
  });

  it('is a digest in hex, and never quotes a cell that can not be read', async () => {
    expect(await commitmentOf(file(TABLE))).toMatch(/^[0-9a-f]{64}$/);
    const path = file('age\n"secret');
    await expect(commitmentOf(path)).rejects.toThrow(`can not read the data file ${path} to its end`);
  });
});

describe('the commitment of an image set', () => {
  const idx = (sizes: readonly number[], bytes: readonly number[]) =>
    Uint8Array.of(0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, 0, size]), ...bytes);
  const set = (pixels: readonly number[], labels: readonly number[]) => ({
    images: file(idx([labels.length, 1, 2], pixels)),
    labels: file(gzipSync(idx([labels.length], labels))),
  });

  it('depends on the rows that are used, and not on their order', async () => {
    const commitment = await commitmentOf(set([1, 2, 3, 4], [0, 1]));
    expect(await commitmentOf(set([3, 4, 1, 2], [1, 0]))).toBe(commitment);
    expect(await commitmentOf({ ...set([9, 9, 1, 2, 3, 4, 9, 9], [5, 0, 1, 5]), rows: [1, 3] })).toBe(commitment);
    expect(await commitmentOf(set([1, 2, 3, 4], [1, 0]))).not.toBe(commitment);
    expect(await commitmentOf(set([1, 2, 3, 5], [0, 1]))).not.toBe(commitment);
  });
});
