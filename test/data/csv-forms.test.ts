/** One small table in the forms in which it is found: each reads as the same numbers, or is refused with one sentence that names the form. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordsWanted } from '../../src/data/records.ts';
import { TrefoilError } from '../../src/errors.ts';
import { readRecords, readRows } from './csv-records.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-forms-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = [
  ['62', '30.1', '247', 'malignant'],
  ['48', '22.4', '181', 'benign'],
  ['71', '27.9', '262', 'malignant'],
  ['55', '31.6', '203', 'benign'],
];
const HEADER = ['age', 'bmi', 'chol', 'outcome'];
const wanted: RecordsWanted = {
  label: 'outcome',
  classes: ['benign', 'malignant'],
  features: [
    { name: 'age', low: 0, high: 120 },
    { name: 'bmi', low: 10, high: 60 },
    { name: 'chol', low: 100, high: 400, unit: 'mg/dL' },
  ],
  outOfRange: 'clip',
  rows: ROWS.length,
};

interface Form {
  readonly separator?: string;
  readonly end?: string;
  readonly header?: readonly string[];
  /** Of each row, with its number from 0. */
  readonly row?: (cells: readonly string[], i: number) => readonly string[];
}
const table = ({ separator = ',', end = '\n', header = HEADER, row = (cells) => cells }: Form = {}): string =>
  [header, ...ROWS.map(row)].map((cells) => cells.join(separator) + end).join('');

/** The table with one column written in another way. */
const changed = (column: number, change: (cell: string, i: number) => string): string =>
  table({ row: (cells, i) => cells.map((cell, j) => (j === column ? change(cell, i) : cell)) });

function file(content: string | Uint8Array): string {
  const path = join(folder, 'table.csv');
  writeFileSync(path, content);
  return path;
}

const problemsOf = async (content: string | Uint8Array): Promise<readonly string[]> => {
  const error = await readRecords(file(content), wanted).then(
    () => new Error('was read'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof TrefoilError)) throw error;
  expect(error.code).toBe('TREFOIL_DATA');
  return error.problems;
};

describe('a table reads as the same numbers', () => {
  it.each<[string, string | Uint8Array]>([
    ['with a byte-order mark and CRLF', `\ufeff${table({ end: '\r\n' })}`],
    ['with the line ends of old Macs', table({ end: '\r' })],
    ['with mixed line ends', table().replace('\n', '\r\n')],
    ['without a line end after the last row', table().trimEnd()],
    ['with blank lines', `${table({ end: '\n\n' })}\n\n`],
    ['with lines of spaces', table({ end: '\n  \n' })],
    ['in little-endian UTF-16 with its mark', Buffer.from(`\ufeff${table()}`, 'utf16le')],
    ['with empty cells behind rows alone', table().replaceAll(/(benign|malignant)/g, '$1,,')],
    ['with empty columns in the header alone', table().replace('outcome', 'outcome,,')],
    ['with two empty columns at the end', table({ end: ',,\n' })],
    [
      'with duplicates among other columns',
      table({ header: [...HEADER, 'x', 'x'], row: (cells) => [...cells, '', '1'] }),
    ],
    ['with leading zeros in an id', table({ header: ['id', ...HEADER], row: (cells, i) => [`000${i}`, ...cells] })],
    ['with dates in another column', table({ header: ['day', ...HEADER], row: (cells) => ['2025-01-10', ...cells] })],
    [
      'with stray quotes in another column',
      table({ header: [...HEADER, 'note'], row: (cells) => [...cells, '5" tube'] }),
    ],
    [
      'with line breaks in quotes',
      table({ header: [...HEADER, '"two\r\nlines"'], row: (cells) => [...cells, '"a\r\nb\nc"'] }),
    ],
    [
      'with Windows-1252 in another column',
      Buffer.from(table({ header: ['größe', ...HEADER], row: (c) => ['ä', ...c] }), 'latin1'),
    ],
  ])('%s', async (_, content) => {
    const plain = await readRecords(file(table()), wanted);
    expect(await readRecords(file(content), wanted)).toEqual(plain);
  });
});

describe('a table is refused in one sentence', () => {
  const latin1 = (bytes: string) => Buffer.from(bytes, 'latin1');
  it.each<[string, string | Uint8Array, RegExp]>([
    ['separated by semicolons', table({ separator: ';' }), /^line 1: the cells are separated by semicolons, .*; save/],
    [
      'separated by semicolons, with decimal commas',
      table({ separator: ';', row: (cells) => cells.map((cell) => cell.replace('.', ',')) }),
      /^line 1: the cells are separated by semicolons/,
    ],
    ['separated by tabs', table({ separator: '\t' }), /^line 1: the cells are separated by tabs/],
    ['separated by bars', table({ separator: '|' }), /^line 1: the cells are separated by vertical bars/],
    ['separated by spaces', table({ separator: ' ' }), /^line 1: the cells are separated by spaces/],
    ['with other names, by semicolons', 'a;b\n1,5;2\n', /^line 1: the cells are separated by semicolons/],
    ['with sep=', `sep=;\n${table({ separator: ';' })}`, /^line 1: a 'sep=' line, .* by semicolons; save the file/],
    ['with whole lines in quotes', table().replace(/^.+$/gm, '"$&"'), /^line 1: the whole line is in quotes/],
    [
      'with decimal commas in quotes',
      changed(1, (cell) => `"${cell.replace('.', ',')}"`),
      /^line 2, column 'bmi': a decimal comma, .* 3 more lines: 3, 4, 5$/,
    ],
    ['with thousands separators', changed(2, (cell) => `"1,${cell}"`), /^line 2, column 'chol': a thousands separator/],
    ['with dates', changed(0, () => '2025-01-10'), /^line 2, column 'age': a date or time, .* 3 more lines/],
    ['with categories', changed(0, () => 'old'), /^line 2, column 'age': a text, not a number: .* 3 more lines/],
    [
      'with true and false',
      changed(3, (cell) => `${cell === 'benign'}`),
      /^line 2, column 'outcome': true or false in words/,
    ],
    ['with words for missing values', changed(1, () => 'NA'), /^line 2, column 'bmi': a word for a missing value/],
    [
      'in another unit',
      changed(2, (cell) => `${Number(cell) / 38.67}`),
      /^line 2, column 'chol': 4 of 4 values lie outside 100 … 400 mg\/dL: another unit\?$/,
    ],
    ['in HTML', '<html><table><tr><td>age</td></tr></table></html>', /^line 1: a web page \(HTML\)/],
    ['in JSON', `${JSON.stringify([{ age: 62, bmi: 30.1 }])}\n`, /^line 1: JSON/],
    ['in JSON over lines', JSON.stringify([{ age: 62, bmi: 30.1 }], null, 2), /^line 1: JSON/],
    ['of no byte', '', /^the file is empty$/],
    ['of a header alone', `${HEADER}\n`, /^there is no row below the header$/],
    [
      'with a header in Windows-1252',
      latin1(table({ header: ['age', 'gr\xf6\xdfe', 'chol', 'outcome'] })),
      /^line 1: missing column 'bmi'; .*Windows-1252.*: save/,
    ],
    [
      'with a header twice',
      table({ header: [...HEADER, 'chol'], row: (cells) => [...cells, '1'] }),
      /^line 1: duplicate header 'chol' in columns 3 and 5$/,
    ],
    [
      'in an Excel workbook',
      latin1('PK\x03\x04\x14\0[Content_Types].xml'),
      /is an Excel workbook.*in Excel by Save As, 'CSV UTF-8'; in LibreOffice by Save As, 'Text CSV'/s,
    ],
    ['in an old Excel workbook', latin1('\xd0\xcf\x11\xe0\xa1\xb1'), /is an old Excel workbook/],
    ['in Parquet', latin1('PAR1\x15\0'), /is a Parquet file; name it .parquet/],
    ['in UTF-16 without a mark', Buffer.from(table(), 'utf16le'), /is text in UTF-16/],
    ['with zero bytes', '\0\0\0\0', /is not a text file/],
  ])('%s', async (_, content, sentence) => {
    const problems = await problemsOf(content);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
  });

  it.each([
    ['a remark', 'exported 4 rows', 'line 6: 1 cell, but the header has 4; remove the line if it is no record'],
    ['a total', 'Total,,,', 'line 6: no record: remove the line, if it is a total or a remark or has no value at all'],
    ['an empty row', ',,,', 'line 6: no record: remove the line, if it is a total or a remark or has no value at all'],
  ])('with %s below the rows', async (_, footer, sentence) => {
    expect(await problemsOf(`${table()}${footer}\n`)).toEqual([
      'rows below the header: 5, but the job says 4',
      sentence,
    ]);
  });

  it('with lines above the header', async () => {
    expect(await problemsOf(`Export of 2025\n"by, hand"\n${table()}`)).toEqual([
      'line 1: none of the columns that the job names is here; the first line must be the header',
      'line 3: this is the header: remove the lines above it',
    ]);
  });

  it('with a value behind the last column', async () => {
    expect(await problemsOf(table().replaceAll('malignant', 'malignant,x'))).toEqual([
      'line 2: 5 cells, but the header has 4; a text or number with a comma needs quotes; the same in 1 more line: 4',
    ]);
  });

  it.each([
    ['tildes', table({ separator: '~' }), /^line 1: the cells are separated by tildes/],
    ['carets', table({ separator: '^' }), /^line 1: the cells are separated by carets/],
    ['colons', table({ separator: ':' }), /^line 1: the cells are separated by colons/],
    ['RTF', `{\\rtf1\\ansi ${table()}}`, /^line 1: a document in RTF, not CSV/],
    ['names of rows', table({ row: (cells, i) => [`"${i + 1}"`, ...cells] }), /row\.names = FALSE/],
    [
      'capital letters',
      table({ header: HEADER.map((name) => name.toUpperCase()) }),
      /^line 1: missing column 'age': it is written 'AGE' here/,
    ],
  ])('with %s', async (_, content, sentence) => {
    expect((await problemsOf(content)).filter((problem) => sentence.test(problem))).toHaveLength(1);
  });

  it('with a name in another form of Unicode', async () => {
    const features = [{ name: 'größe', low: 0, high: 9 }];
    await expect(readRecords(file('größe\n1\n'.normalize('NFD')), { features, outOfRange: 'clip' })).rejects.toThrow(
      `missing column 'größe': it is written '${'größe'.normalize('NFD')}' here`,
    );
  });

  it('with a quote that swallows rows between it and the next', async () => {
    const content = table({ header: [...HEADER, 'note'], row: (c, i) => [...c, ['"5 tube', '', '', 'tube 5"'][i]] });
    expect(await problemsOf(content)).toEqual([
      'rows below the header: 1, but the job says 4',
      'line 2: a quoted cell runs over whole lines: a quote is out of place, or not closed',
    ]);
  });

  it('with more rows than it has bytes for, of which none is made room for', async () => {
    const rows = 2 ** 40;
    await expect(readRecords(file(table()), { ...wanted, rows })).rejects.toMatchObject({
      problems: [`rows below the header: 4, but the job says ${rows}`],
    });
  });

  it('and nothing but that error comes of any bytes', async () => {
    const cell = fc.oneof(fc.constantFrom(...HEADER, '', '1', '"', ';', 'NA', '\r\n', '\n'), fc.string());
    const line = fc.array(cell, { maxLength: 6 }).map((cells) => cells.join(','));
    const text = fc.array(line, { maxLength: 6 }).map((lines) => Buffer.from([HEADER.join(','), ...lines].join('\n')));
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
        const read = await readRecords(file(bytes), wanted).catch((error: unknown) => error);
        expect(read instanceof TrefoilError ? read.code : 'read').toMatch(/^(TREFOIL_DATA|read)$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('rows that all get an answer', () => {
  const one: RecordsWanted = { features: [{ name: 'a', low: -10, high: 10 }], outOfRange: 'keep' };
  const advice = { missing: 'fill it', outOfRange: 'correct it' };
  const keep = { missing: 'keep', advice } as const;

  /** Rows of a note at `place` among `numbers` columns of numbers, each on a line of its own. */
  const noted = (numbers: number, place: number, notes: readonly string[]) => {
    const lined = (note: string, cell: (j: number) => string) =>
      Array.from({ length: numbers }, (_, j) => cell(j))
        .toSpliced(place, 0, note)
        .join(',');
    const rows = notes.map((note, i) => lined(note, (j) => (j === 1 && i % 3 === 1 ? '' : `${i}.5`)));
    return [lined('note', (j) => `x${j}`), ...rows].join('\n');
  };
  const wantedOf = (numbers: number): RecordsWanted => ({
    features: Array.from({ length: numbers }, (_, j) => ({ name: `x${j}`, low: 0, high: 10 })),
    outOfRange: 'keep',
  });
  const noteOf = (...of: string[]) => fc.array(fc.constantFrom(...of), { minLength: 1, maxLength: 6 });
  const shape = fc.integer({ min: 1, max: 3 }).chain((numbers) => fc.tuple(fc.constant(numbers), fc.nat(numbers)));

  it('are none fewer where quotes are out of place, however few the columns', async () => {
    const notes = noteOf('plain', '', '"open', 'close"', '"whole"', '"a, b"', '""', '6" 2', '"6" 2');
    await fc.assert(
      fc.asyncProperty(shape, notes, async ([numbers, place], notes) => {
        const read = await readRows(file(noted(numbers, place, notes)), wantedOf(numbers), keep).catch(
          (error: TrefoilError) => error,
        );
        if ('rows' in read) expect(read.rows).toBe(notes.length);
        else expect(read.problems.join()).toMatch(/line \d+: a quote|line \d+.*cells, but the header has/);
      }),
      { numRuns: 150 },
    );
    await expect(readRows(file('a,"id\n1,2\n3,"4"\n5,6'), one, keep)).rejects.toMatchObject({
      problems: expect.arrayContaining([expect.stringMatching(/^line 1: a quoted cell runs over whole lines/)]),
    });
  });

  it('may have notes of several lines', async () => {
    const notes = noteOf(
      'plain',
      '"two\nlines"',
      '"Main Street 5\nUlm, Germany"',
      '"a ""b""\r\n\r\n c, d, e"',
      '"1\n2"',
    );
    await fc.assert(
      fc.asyncProperty(shape, notes, async ([numbers, place], notes) => {
        const { rows } = await readRows(file(noted(numbers, place, notes)), wantedOf(numbers), keep);
        expect(rows).toBe(notes.length);
      }),
      { numRuns: 50 },
    );
  });

  it('are as many as the file has, of one column too', async () => {
    const missing = fc.constantFrom('', 'NA', '""', ' ');
    const cell = fc.oneof(fc.integer({ min: -20, max: 20 }).map(String), missing);
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        async (cells, end) => {
          // Blank lines below the last row are none.
          const rows = [...cells, '7'];
          const read = await readRows(file(['a', ...rows, '', ''].join(end)), one, keep);
          expect([...read.features]).toEqual(rows.map((text) => (/\d/.test(text) ? Number(text) : Number.NaN)));
          expect(read.rows).toBe(rows.length);
        },
      ),
    );
  });

  it('are refused by the line of an empty cell or a blank line', async () => {
    const refused = async (content: string, asked: RecordsWanted, missing: 'refuse' | 'keep') =>
      (await readRows(file(content), asked, { missing, advice }).catch((error: TrefoilError) => error)) as TrefoilError;
    expect((await refused('a\n1.5\n\n-2\n', one, 'refuse')).problems).toEqual(["line 3, column 'a': empty; fill it"]);
    expect((await refused('a,b\n1.5,\n\n-2,\n', one, 'keep')).problems).toEqual([
      'line 3: a blank line within the rows: remove or fill it',
    ]);
  });

  it('are refused by the line of a value outside its range', async () => {
    const refuse = readRows(file('a\n1\n2\n30\n'), { ...one, outOfRange: 'refuse' }, keep);
    await expect(refuse).rejects.toMatchObject({
      problems: ["line 4, column 'a': outside the declared range from -10 to 10; correct it"],
    });
  });

  it('are kept with a warning where nearly all values are outside', async () => {
    const { warnings } = await readRows(file('a\n11\n12\n30\n'), one, keep);
    expect(warnings).toEqual(["line 2, column 'a': 3 of 3 values lie outside -10 … 10: another unit?"]);
  });

  it('come with the cells of a column as they are', async () => {
    const read = await readRows(file('a,id\n1,007\n,"x, ""y"""\n'), one, { ...keep, id: 'id' });
    expect(read.ids).toEqual(['007', 'x, "y"']);
    await expect(readRows(file('a,id\n1,2\n'), one, { ...keep, id: 'no' })).rejects.toMatchObject({
      problems: ["line 1: missing column 'no'"],
    });
  });
});
