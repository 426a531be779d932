import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RecordsWanted } from '../../src/data/records.ts';
import type { Row } from '../../src/data/rows.ts';
import { commitmentsOf, rowSource, sourceOf } from '../../src/data/source.ts';

const WANTED: RecordsWanted = {
  label: 'ill',
  features: [
    { name: 'weight', low: 0, high: 200 },
    { name: 'age', low: 0, high: 120 },
  ],
  outOfRange: 'clip',
};
const OBJECTS: readonly Row[] = [
  { age: 40, weight: 71.5, ill: 1, ward: 'a' },
  { weight: '80', age: 51, ill: '0' },
  { age: 130, weight: 60, ill: true },
];
const LISTS: readonly Row[] = [
  [71.5, 40, 1],
  [80, 51, 0],
  [60, 130, 1],
];

async function* later(rows: readonly Row[]) {
  for (const row of rows) yield await Promise.resolve(row);
}

const problemsOf = async (rows: readonly Row[], more: Partial<RecordsWanted> = {}) => {
  const error: unknown = await rowSource(rows)
    .read({ ...WANTED, ...more })
    .then(
      () => undefined,
      (reason) => reason,
    );
  expect(error).toMatchObject({ code: 'TREFOIL_DATA' });
  return (error as { problems: readonly string[] }).problems;
};

it('objects, lists, and rows that come one by one give the records of a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-rows-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rows.csv');
  writeFileSync(file, ['weight,age,ill', ...LISTS].join('\n'));
  const expected = await sourceOf(file).read(WANTED);
  expect([...expected.features]).toEqual([71.5, 40, 80, 51, 60, 120]);
  for (const rows of [OBJECTS, LISTS, later(OBJECTS), later(LISTS), new Set(LISTS)]) {
    const source = sourceOf(rows);
    expect(await source.read(WANTED)).toEqual(expected);
    // A ledger knows them by the name that the file has.
    const columns = ['weight', 'age', 'ill'];
    const { commitment } = await commitmentsOf(file, columns);
    expect(await source.commitments(columns)).toEqual({ commitment });
  }
});

it('every problem is told with its row and column, and none shows a value', async () => {
  const problems = await problemsOf([
    { age: 40, ill: 1 },
    { age: 'forty', weight: Number.NaN, ill: 2 },
    [71.5, 40],
    { age: 41, weight: Number.POSITIVE_INFINITY, ill: null },
  ]);
  expect(problems.join('\n')).toMatchInlineSnapshot(`
    "row 1, column 'weight': empty; the same in row 4, column 'ill'
    row 2, column 'weight': a word for a missing value, not a number: fill the cell or leave the row out
    row 2, column 'age': a text, not a number: declare a category and its levels in the job, or write numbers
    row 2, column 'ill': not a label, which is 0 or 1
    row 3: 2 values, but there are 3 columns: the features in their order, and a label behind them
    row 4, column 'weight': not finite"
  `);
  expect(await problemsOf([])).toEqual(['there is no row']);
  expect(await problemsOf(LISTS, { rows: 4 })).toEqual(['rows: 3, but the job says 4']);
  expect((await problemsOf(OBJECTS, { outOfRange: 'refuse' })).join()).toContain("row 3, column 'age': outside");
});
