/** What DuckDB reads, against the CSV file with the same cells; and what it may not do. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordsWanted } from '../../src/data/records.ts';
import { commitmentsOf, type DataFile, sourceOf } from '../../src/data/source.ts';
import { located } from '../../src/data/sources/index.ts';
import { optionalPackage } from '../../src/data/sources/optional-package.ts';
import { withFilePaths } from '../../src/data/sources/sql-paths.ts';

interface Writing {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<{ run(sql: string): Promise<unknown> }> }>;
  };
}
const duckDb = (await optionalPackage('@duckdb/node-api', 'the test').catch(() => undefined)) as Writing | undefined;

const CSV = [
  'age,bmi,chol,sex,outcome,seen,smoker',
  '62,30.1,247,M,malignant,2025-01-10,1',
  '48,22.4,181,F,benign,2025-02-11,0',
  '71,0.1,262,,malignant,2025-03-12,1',
].join('\n');
const COLUMNS = ['age', 'bmi', 'chol', 'sex', 'outcome', 'seen', 'smoker'];
const wanted: RecordsWanted = {
  label: 'outcome',
  classes: ['benign', 'malignant'],
  features: [
    { name: 'age', low: 0, high: 120 },
    { name: 'bmi', low: 0, high: 60 },
    { name: 'chol', low: 100, high: 400 },
    { name: 'smoker', low: 0, high: 1 },
  ],
  outOfRange: 'refuse',
  rows: 3,
};

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-duckdb-'));
  if (duckDb === undefined) return;
  writeFileSync(join(folder, 'table.csv'), CSV);
  mkdirSync(join(folder, 'parts'));
  mkdirSync(join(folder, 'mixed'));
  mkdirSync(join(folder, 'own'));
  writeFileSync(join(folder, 'mixed', 'a.parquet'), '');
  writeFileSync(join(folder, 'mixed', 'b.json'), '');
  writeFileSync(join(folder, 'secret.csv'), 'a\n1\n');
  const connection = await (await duckDb.DuckDBInstance.create(':memory:')).connect();
  const as = `age::integer as age, bmi::float as bmi, chol::decimal(9, 3) as chol, sex, outcome, seen::date as seen, smoker::boolean as smoker`;
  const all = `select ${as} from read_csv('${join(folder, 'table.csv')}', header = true)`;
  const write = (query: string, path: string) => connection.run(`copy (${query}) to '${join(folder, path)}'`);
  await write(all, 'table.parquet');
  await write(all, 'own/table.parquet');
  await write(`${all} limit 2`, 'parts/1.parquet');
  await write(`select bmi, * exclude (bmi) from (${all}) offset 2`, 'parts/2.parquet');
  // DuckDB writes a float into JSON with the digits of a double.
  const digits = `select * replace (bmi::varchar::double as bmi) from (${all})`;
  await write(`${digits}`, 'table.ndjson');
  await connection.run(`copy (${digits}) to '${join(folder, 'table.json')}' (array true)`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (data: DataFile) => located(data, (path) => join(folder, path));
const read = async (data: DataFile, more: Partial<RecordsWanted> = {}) =>
  sourceOf(inFolder(data)).read({ ...wanted, ...more });
const told = (data: DataFile, more: Partial<RecordsWanted> = {}): Promise<string> =>
  read(data, more).then(
    () => 'was read',
    (error: unknown) => String(error),
  );

describe.skipIf(duckDb === undefined)('DuckDB, where @duckdb/node-api is installed', () => {
  it.each<[string, DataFile]>([
    ['a Parquet file', 'table.parquet'],
    ['a folder of Parquet files with columns in another order', 'parts'],
    ['a JSON file', 'table.json'],
    ['a JSON file of lines', 'table.ndjson'],
    ['a query over files', { query: "select * from 'parts/*.parquet';" }],
    ['a query over two files', { query: "select * from read_parquet(['parts/1.parquet', 'parts/2.parquet']) -- both" }],
    ['a query over a CSV file', { query: "select * from read_csv('table.csv', all_varchar = true)" }],
  ])('%s gives the records and the name of the CSV file', async (_, data) => {
    expect(await read(data)).toEqual(await read('table.csv'));
    const strict = await commitmentsOf(inFolder('table.csv'), COLUMNS);
    expect((await commitmentsOf(inFolder(data), COLUMNS)).commitment).toBe(strict.commitment);
    expect((await commitmentsOf(inFolder(data), ['age'])).table).toBe(
      (await commitmentsOf(inFolder('table.csv'), ['age'])).table,
    );
  });

  it('tells faults by row and column, without a value', async () => {
    const narrow = [{ name: 'chol', low: 200, high: 250 }];
    expect(await told('table.parquet', { features: narrow })).toContain(
      "row 2, column 'chol': outside the declared range",
    );
    expect(await told('table.parquet', { features: [{ name: 'cholesterol', low: 0, high: 1 }] })).toContain(
      "missing column 'cholesterol'",
    );
    expect(await told('table.parquet', { features: [{ name: 'sex', low: 0, high: 1 }] })).toContain(
      "row 1, column 'sex': a text",
    );
    expect(await told('table.parquet', { rows: 4 })).toContain('rows: 3, but the job says 4');
  });

  it('tells what is wrong with a query or a file', async () => {
    expect(await told({ query: "select nope from 'table.parquet'" })).toMatch(/Binder Error.*nope/);
    expect(await told({ query: "select * frm 'table.parquet'" })).toContain('Parser Error');
    expect(await told('absent.parquet')).toMatch(/can not read the data file .*absent.parquet: there is no such file/);
    expect(await told('mixed')).toMatch(/its files must all end in/);
    const conversion = await told({ query: "select outcome::integer as age from 'table.parquet'" });
    expect(conversion).toContain('Conversion Error, whose words are left out');
    expect(conversion).not.toContain('malignant');
  });

  it('reads nothing beyond what it is told of, and neither writes nor reaches a network', async () => {
    const denied = /must be one select|Permission Error|Missing Extension|Parser Error|Binder Error|Catalog Error/;
    const here = (query: string): DataFile => ({ query, folders: ['own'] });
    expect(await told(here("select * from 'own/table.parquet'"))).toBe('was read');
    for (const query of [
      "select * from 'table.parquet'",
      "select * from read_csv('secret.csv')",
      "select * from read_text('own/../secret.csv')",
      "select * from read_text('/etc/hostname')",
      "select * from glob('/etc/*')",
      "select * from read_csv('https://127.0.0.1:9/x.csv')",
      "select 1) ; copy (select 1) to 'own/x.csv'; select (1",
      `select 1) ; copy (select 1) to '${join(folder, 'own', 'x.csv')}'; select (1`,
      `select 1) ; copy (select 1) to '${join(folder, 'own', 'x.csv')}'; select * from (select 1`,
      "copy (select 1 as age) to 'own/x.csv'",
      "attach 'own/x.db'",
      'set enable_external_access = true',
      'install httpfs',
      "select getenv('HOME') as age",
    ]) {
      expect(await told(here(query)), query).toMatch(denied);
    }
    expect(readdirSync(join(folder, 'own'))).toEqual(['table.parquet']);
  });
});

describe('paths in a query', () => {
  it.each([
    ["select * from 'a.parquet'", "select * from '/d/a.parquet'"],
    ["select * from 'a.parquet' where x = 'a.parquet'", "select * from '/d/a.parquet' where x = 'a.parquet'"],
    ["select * FROM a join\n'b''s.json'", "select * FROM a join\n'/d/b''s.json'"],
    ["from read_csv(['a.csv', 'b.csv'], delim = ';')", "from read_csv(['/d/a.csv', '/d/b.csv'], delim = ';')"],
    ["select ' from ''a.csv''' -- from 'a.csv'", "select ' from ''a.csv''' -- from 'a.csv'"],
    ["select \"from\" /* from 'a' */, 'x'", "select \"from\" /* from 'a' */, 'x'"],
  ])('%s', (query, expected) => {
    expect(withFilePaths(query, (path) => `/d/${path}`)).toBe(expected);
  });
});

it('a package that is not there is named with the command that installs it', async () => {
  await expect(optionalPackage('trefoil-absent-package', 'the data file x.parquet')).rejects.toThrow(
    /the data file x\.parquet is read with the package trefoil-absent-package, .*: npm install trefoil-absent-package, or export the rows as CSV/,
  );
});
