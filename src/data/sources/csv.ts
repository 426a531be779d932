/**
 * A CSV file whose form is named.
 * @module
 */
import { z } from 'zod';
import { ENCODINGS, SEPARATORS, STRICT } from '../csv-dialect.ts';
import { csvTable } from '../csv-table.ts';
import { mapping, mustBe, text } from '../document.ts';
import type { SourceKind } from './source-kind.ts';

/** The path of a CSV file, and what in it is not as RFC 4180 has it. */
export interface CsvFile {
  readonly file: string;
  /** What separates cells: one character, or `tab`. A comma where it is absent. */
  readonly delimiter?: string | undefined;
  /** The sign before decimals. A point where it is absent, which it may be only beside commas between cells. */
  readonly decimal?: '.' | ',' | undefined;
  /** What stands between groups of three digits; absent: nothing does. */
  readonly thousands?: '.' | ',' | "'" | 'space' | undefined;
  /** Absent: UTF-8, or UTF-16 that begins with its mark. */
  readonly encoding?: (typeof ENCODINGS)[number] | undefined;
}

/** Delimiters that nobody sees are written as words. */
const WORDS: Readonly<Record<string, string>> = { tab: '\t' };
const delimiters = ['tab', ...SEPARATORS.map(([separator]) => separator).filter((each) => each !== '\t')];
const ofDelimiter = `one of ${delimiters.join(' ')}`;

export const CSV: SourceKind<CsvFile> = {
  schema: mapping({
    file: text('the path of a CSV file'),
    delimiter: z.enum(delimiters, mustBe(ofDelimiter)).optional(),
    decimal: z.enum(['.', ','], mustBe("'.' or ','")).optional(),
    thousands: z.enum(['.', ',', "'", 'space'], mustBe("one of . , ' space")).optional(),
    encoding: z.enum(ENCODINGS, mustBe(`one of ${ENCODINGS.join(', ')}`)).optional(),
  }).superRefine(({ delimiter = ',', decimal, thousands }, context) => {
    const report = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    // Where cells are not separated by commas, 1.247 may be a number above one thousand.
    if (delimiter !== ',' && decimal === undefined) {
      report('decimal', "is missing: '.' or ',', since a file with another delimiter may have either");
    }
    if (thousands !== undefined && thousands === (decimal ?? '.')) report('thousands', 'must not be the decimal sign');
  }),
  located: (written, path) => ({ ...written, file: path(written.file) }),
  open: ({ file, delimiter = STRICT.delimiter, decimal = STRICT.decimal, thousands, encoding }) =>
    csvTable(file, {
      delimiter: WORDS[delimiter] ?? delimiter,
      decimal,
      thousands: thousands === 'space' ? ' ' : thousands,
      encoding,
    }),
};
