import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordsWanted } from '../../src/data/records.ts';
import { sourceOf } from '../../src/data/source.ts';
import { TrefoilError } from '../../src/errors.ts';
import { readRecords } from './csv-records.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const features = [
  { name: 'age', low: 0, high: 120 },
  { name: 'mean_area', low: 0, high: 5000 },
];
const wanted = (rows: number, outOfRange: RecordsWanted['outOfRange'] = 'refuse'): RecordsWanted => ({
  label: 'malignant',
  features,
  outOfRange,
  rows,
});

function file(content: string): string {
  const path = join(folder, 'records.csv');
  writeFileSync(path, content);
  return path;
}

async function refusal(content: string, rows: number): Promise<TrefoilError> {
  const error = await readRecords(file(content), wanted(rows)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TrefoilError)) throw new Error('the file was not refused');
  expect(error.code).toBe('TREFOIL_DATA');
  return error;
}

describe('readRecords', () => {
  it('takes the wanted columns in the job’s order, whatever the order of the file', async () => {
    const records = await readRecords(
      file('malignant,note,mean_area,age\n1,x,1000.5,50\n0,"y, z",2e2,.5\n'),
      wanted(2),
    );
    expect(records).toEqual({
      features: Float64Array.of(50, 1000.5, 0.5, 200),
      labels: Float64Array.of(1, 0),
      rows: 2,
      columns: 2,
    });
  });

  it('says how many rows it has read, on the way and at the end', async () => {
    const told: number[] = [];
    const rows = 9000;
    await readRecords(file(`age,mean_area,malignant\n${'1,2,0\n'.repeat(rows)}`), wanted(rows), (done) =>
      told.push(done),
    );
    expect(told).toEqual([4096, 8192, 9000]);
  });

  it('reads a byte-order mark, CRLF, quotes, spaces around cells and blank lines', async () => {
    const content = '\ufeff"age", mean_area ,malignant\r\n"1",2,0\r\n\r\n3, 4 ,1\r\n';
    const records = await sourceOf(file(content)).read(wanted(2));
    expect([...records.features]).toEqual([1, 2, 3, 4]);
  });

  it('accepts both ends of a range', async () => {
    const records = await readRecords(file('age,mean_area,malignant\n0,5000,0\n120,0,1\n'), wanted(2));
    expect([...records.features]).toEqual([0, 5000, 120, 0]);
  });

  it('clips to the range when asked to', async () => {
    const records = await readRecords(file('age,mean_area,malignant\n-1,5001,0\n'), wanted(1, 'clip'));
    expect([...records.features]).toEqual([0, 5000]);
  });

  it('gives labels as indices of the declared classes, or values of the declared target', async () => {
    const content = 'age,mean_area,malignant\n1,1,benign\n1,1,3.0\n1,1,benign\n';
    const classes = await readRecords(file(content), { ...wanted(3), classes: [3, 'benign'] });
    expect([...classes.labels]).toEqual([1, 0, 1]);
    const target = file('age,mean_area,malignant\n1,1,-2.5\n1,1,10\n');
    expect([...(await readRecords(target, { ...wanted(2), target: [-3, 10] })).labels]).toEqual([-2.5, 10]);
  });

  it('names the cell of an unknown class, never the class', async () => {
    const path = file('age,mean_area,malignant\n1,1,secret\n1,1,\n1,1,benign\n');
    await expect(readRecords(path, { ...wanted(3), classes: ['benign', 'x'] })).rejects.toMatchObject({
      problems: [
        "line 2, column 'malignant': not one of the classes that the job declares",
        "line 3, column 'malignant': empty",
      ],
    });
  });

  it('refuses a target outside its range even where features are clipped', async () => {
    const path = file('age,mean_area,malignant\n-1,1,11\n');
    await expect(readRecords(path, { ...wanted(1, 'clip'), target: [0, 10] })).rejects.toMatchObject({
      problems: ["line 2, column 'malignant': outside the declared range from 0 to 10"],
    });
  });

  it('reports every problem of the cells at once', async () => {
    const rows = ['', 'x', '0x10', 'NaN', '-inf', '1e999', '121'].map((cell) => `${cell},7,1`);
    const content = ['age,mean_area,malignant', ...rows, '5,7,2', '5,7,', '5,7', '5,7,1,9', '5,7,0', '5,7,0'].join(
      '\n',
    );
    const error = await refusal(content, 13);
    expect(error.problems).toEqual([
      "line 2, column 'age': empty; the same in line 10, column 'malignant'",
      "line 3, column 'age': a text, not a number: declare a category and its levels in the job, or write numbers",
      "line 4, column 'age': not a number: text, such as a unit, behind it; write the number alone",
      "line 5, column 'age': a word for a missing value, not a number: fill the cell or leave the row out",
      "line 6, column 'age': not finite; the same in 1 more line: 7",
      "line 8, column 'age': outside the declared range from 0 to 120",
      "line 9, column 'malignant': not a label, which is 0 or 1",
      'line 11: 2 cells, but the header has 3; remove the line if it is no record',
      'line 12: 4 cells, but the header has 3; a text or number with a comma needs quotes',
    ]);
    expect(error.message).toContain(`the data file ${join(folder, 'records.csv')} has 9 problems:`);
  });

  it('reports missing and duplicate columns beside the problems of the others', async () => {
    const error = await refusal('mean area,malignant,malignant\n5,3,0\n', 1);
    expect(error.problems).toEqual([
      "line 1: duplicate header 'malignant' in columns 2 and 3",
      "line 1: missing column 'age'",
      "line 1: missing column 'mean_area'; did you mean 'mean area'?",
      "line 2, column 'malignant': not a label, which is 0 or 1",
    ]);
  });

  it.each([
    ['', 'the file is empty'],
    ['\n\n', 'the file is empty'],
    ['age,mean_area,malignant\n', 'there is no row below the header'],
    ['age,mean_area,malignant\n1,2,0\n', 'rows below the header: 1, but the job says 2'],
    ['age,mean_area,malignant\n1,2,0\n1,2,0\n1,2,0\n', 'rows below the header: 3, but the job says 2'],
  ])('refuses %j', async (content, problem) => {
    expect((await refusal(content, 2)).problems).toEqual([problem]);
  });

  it('makes one sentence of equal problems over lines and columns', async () => {
    const { problems } = await refusal(`age,mean_area,malignant\n${'x,y,0\n'.repeat(15)}`, 15);
    const text = 'a text, not a number: declare a category and its levels in the job, or write numbers';
    expect(problems).toEqual([
      `line 2, column 'age': ${text}; the same in 29 more cells: 2 columns ('age', 'mean_area'), 15 lines (2, 3, 4, …)`,
    ]);
  });

  const many = Array.from({ length: 60 }, (_, i) => ({ name: `c${i}`, low: 0, high: 10 + i }));
  /** The problems of a file of 60 columns and 12 rows, whose cells are these. */
  const problemsOfMany = async (cell: (row: number, column: number) => string) => {
    const rows = Array.from({ length: 12 }, (_, row) => many.map((_, column) => cell(row, column)).join(','));
    const path = file([many.map(({ name }) => name).join(','), ...rows].join('\n'));
    return readRecords(path, { features: many, outOfRange: 'refuse' }).then(
      () => Promise.reject(new Error('not refused')),
      (error: unknown) => (error as TrefoilError).problems,
    );
  };
  const inAll = "the same in 719 more cells: 60 columns ('c0', 'c1', 'c2', …), 12 lines (2, 3, 4, …)";
  it.each<[string, (row: number, column: number) => string, string]>([
    [
      'decimal commas',
      () => '"1,5"',
      `line 2, column 'c0': a decimal comma, not a number: write 30.1 for 30,1, or name what a CSV file has: decimal; ${inAll}`,
    ],
    [
      'one row outside',
      (row) => (row === 2 ? '99' : '1'),
      "line 4, column 'c0': outside the declared range from 0 to 10; the same in 59 more columns: 'c1', 'c2', 'c3', …",
    ],
    [
      'empty cells here and there',
      (row, column) => (row === column ? '' : '1'),
      "line 2, column 'c0': empty; the same in 11 more cells: 12 columns ('c0', 'c1', 'c2', …), 12 lines (2, 3, 4, …)",
    ],
    [
      'a header among the rows',
      (row, column) => (row === 3 ? `c${column}` : '1'),
      'line 5: the header again: remove the line',
    ],
    [
      'a row of units',
      (row, column) => (row > 0 ? '1' : column % 3 === 0 ? '' : column % 3 === 1 ? 'mg/dL' : '10^9/L'),
      'line 2: no value of any column, but texts, such as units or a second header: remove the line',
    ],
  ])('makes one sentence of %s in many columns', async (_, cell, sentence) => {
    expect(await problemsOfMany(cell)).toEqual([sentence]);
  });

  it('lists twenty problems and counts the rest', async () => {
    const { problems } = await refusal(
      `age,mean_area,malignant\n${Array.from({ length: 30 }, (_, i) => '1'.concat(',1'.repeat(i + 3))).join('\n')}`,
      30,
    );
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('… and 10 more');
  });

  it('names a file that is not there', async () => {
    const path = join(folder, 'absent.csv');
    await expect(readRecords(path, wanted(1))).rejects.toMatchObject({
      code: 'TREFOIL_DATA',
      message: `can not read the data file ${path}: there is no such file`,
    });
  });

  it.each([
    ['not a number', 'age,mean_area,malignant\nsecret,1,0\n'],
    ['out of range', 'age,mean_area,malignant\n987654,1,0\n'],
    ['label', 'age,mean_area,malignant\n1,1,987654\n'],
    ['text behind a closing quote', 'age,mean_area,malignant\n"1"secret,1,0\n'],
    ['quote inside a cell', 'age,mean_area,malignant\nsecret"987654,1,0\n'],
    ['quote never closed', 'age,mean_area,malignant\n"secret,1,0\n987654'],
    ['no header: a record in its place', 'secret,987654,987654\nsecret,1,0\n'],
  ])('never shows a value: %s', async (_, content) => {
    const error = await refusal(content, 1);
    expect(`${error.stack} ${error.problems} ${String(error.cause)}`).not.toMatch(/secret|987654/);
  });
});
