/** One small table in the forms in which hospitals have it: each trains to the same numbers, or is refused with line and what to do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordsWanted } from '../../src/data/records.ts';
import { commitmentsOf, type DataFile, sourceOf } from '../../src/data/source.ts';
import { located } from '../../src/data/sources/index.ts';
import { TrefoilError } from '../../src/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-hospital-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEADER = ['age', 'bmi', 'chol', 'outcome'];
const ROWS = [
  ['62', '30.1', '1247.5', 'malignant'],
  ['48', '22.4', '181', 'benign'],
  ['71', '27.9', '1262', 'malignant'],
  ['55', '31.6', '203', 'benign'],
];
const wanted: RecordsWanted = {
  label: 'outcome',
  classes: ['benign', 'malignant'],
  features: [
    { name: 'age', low: 0, high: 120 },
    { name: 'bmi', low: 10, high: 60 },
    { name: 'chol', low: 100, high: 2000, unit: 'mg/dL' },
  ],
  outOfRange: 'refuse',
  rows: ROWS.length,
};
const table = (cell: (text: string) => string = (text) => text, separator = ',', end = '\n', header = HEADER) =>
  [header, ...ROWS.map((row) => row.map(cell))].map((cells) => cells.join(separator) + end).join('');

/** The table's numbers with a decimal comma, and with this between groups of digits. */
const comma =
  (thousands = '') =>
  (text: string) =>
    /\d/.test(text) ? grouped(text, thousands).replace(/\.(?=\d$)/, ',') : text;
const grouped = (text: string, thousands: string) => text.replace(/^(\d)(\d{3})/, `$1${thousands}$2`);
const windows1252 = (text: string) => Buffer.from(text.replaceAll('€', '\x80'), 'latin1');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

function file(content: string | Uint8Array, name = 'table.csv'): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const inFolder = (data: DataFile) => located(data, (path) => join(folder, path));
const problemsOf = async (data: DataFile): Promise<string> => {
  const error: unknown = await sourceOf(inFolder(data))
    .read(wanted)
    .then(
      () => new Error('was read'),
      (reason) => reason,
    );
  if (!(error instanceof TrefoilError)) throw error;
  expect(error.code).toBe('TREFOIL_DATA');
  return error.message;
};

describe('a table trains to the numbers of the strict file', () => {
  const quoted = (text: string) => `"${text}"`;
  it.each<[string, string | Uint8Array, Omit<Extract<DataFile, { file: string }>, 'file'> | undefined]>([
    ['compressed with gzip', gzipSync(table()), undefined],
    ['in big-endian UTF-16 with its mark', utf16be(`\ufeff${table()}`), undefined],
    ['in little-endian UTF-16 with its mark', Buffer.from(`\ufeff${table()}`, 'utf16le'), undefined],
    ['in UTF-16 without a mark', Buffer.from(table(), 'utf16le'), { encoding: 'utf-16le' }],
    ['in UTF-16 and gzip', gzipSync(Buffer.from(`\ufeff${table()}`, 'utf16le')), undefined],
    ['with semicolons and decimal commas', table(comma(), ';'), { delimiter: ';', decimal: ',' }],
    ['with semicolons and decimal points', table(undefined, ';'), { delimiter: ';', decimal: '.' }],
    ['with a sep= line', `sep=;\n${table(comma(), ';', '\r\n')}`, { delimiter: ';', decimal: ',' }],
    ['with a sep= line of commas', `sep=,\n${table()}`, undefined],
    ['with tabs', table(undefined, '\t'), { delimiter: 'tab', decimal: '.' }],
    ['with bars', table(undefined, '|'), { delimiter: '|', decimal: '.' }],
    ['with points between thousands', table(comma('.'), ';'), { delimiter: ';', decimal: ',', thousands: '.' }],
    [
      'with narrow spaces between thousands',
      table(comma('\u202f'), ';'),
      { delimiter: ';', decimal: ',', thousands: 'space' },
    ],
    ['with commas between thousands', table((text) => quoted(grouped(text, ','))), { thousands: ',' }],
    ['with quoted decimal commas', table((text) => quoted(comma()(text))), { decimal: ',' }],
  ])('%s', async (_, content, form) => {
    const plain = sourceOf(inFolder(file(table(), 'plain.csv')));
    const name = file(content);
    const data = inFolder(form === undefined ? name : { file: name, ...form });
    expect(await sourceOf(data).read(wanted)).toEqual(await plain.read(wanted));
    // A privacy ledger knows the same rows again.
    expect(await commitmentsOf(data, HEADER)).toEqual(await plain.commitments(HEADER));
  });

  it('in Windows-1252, by the names of its columns', async () => {
    const header = ['größe', '€', ...HEADER.slice(2)];
    const [size, euro, ...others] = [...wanted.features];
    const named = { ...wanted, features: [{ ...size, name: 'größe' }, { ...euro, name: '€' }, ...others] };
    const data = file(windows1252(table(undefined, ',', '\n', header)));
    const read = await sourceOf(inFolder({ file: data, encoding: 'windows-1252' })).read(named);
    expect(read).toEqual(await sourceOf(inFolder(file(table(), 'plain.csv'))).read(wanted));
    await expect(sourceOf(inFolder(data)).read(named)).rejects.toThrow(
      /line 1: missing column 'größe'.*encoding: windows-1252/,
    );
  });
});

describe('a table is refused with its line and what to do', () => {
  it.each<[string, string | Uint8Array, Omit<Extract<DataFile, { file: string }>, 'file'> | undefined, RegExp]>([
    [
      'semicolons',
      table(comma(), ';'),
      undefined,
      /line 1: the cells are separated by semicolons.*delimiter: ';', and decimal/,
    ],
    ['a sep= line', `sep=;\n${table(comma(), ';')}`, undefined, /line 1: a 'sep=' line.*delimiter: ';'/],
    ['tabs', table(undefined, '\t'), undefined, /line 1: the cells are separated by tabs.*delimiter: tab/],
    [
      'commas where others are named',
      table(),
      { delimiter: ';', decimal: ',' },
      /line 1: the cells are separated by commas, not by semicolons/,
    ],
    ['UTF-16 without a mark', Buffer.from(table(), 'utf16le'), undefined, /text in UTF-16; .*encoding: utf-16le/],
    [
      'a thousands separator',
      table((text) => `"${grouped(text, ',')}"`),
      undefined,
      /line 2, column 'chol': a thousands separator or decimal comma.*thousands/,
    ],
    [
      'a point that is no decimal point',
      table(comma('.'), ';'),
      { delimiter: ';', decimal: ',' },
      /line 2, column 'chol': a number in another form/,
    ],
    [
      'decimal points where commas are named',
      table(undefined, ';'),
      { delimiter: ';', decimal: ',' },
      /line 2, column 'bmi': a number in another form/,
    ],
    [
      'groups of two digits',
      table().replace('1262', '"12,62"'),
      { thousands: ',' },
      /line 4, column 'chol': a number in another form/,
    ],
    [
      'gzip that is cut off',
      gzipSync(table()).subarray(0, 40),
      undefined,
      /to its end: its gzip compression is damaged/,
    ],
    ['Parquet in a file called CSV', 'PAR1....', undefined, /is a Parquet file; name it .parquet/],
    ['an empty file in gzip', gzipSync(''), undefined, /the file is empty/],
  ])('%s', async (_, content, form, sentence) => {
    const name = file(content);
    expect(await problemsOf(form === undefined ? name : { file: name, ...form })).toMatch(sentence);
  });
});
