/**
 * What stands in a cell that holds no number: its kind and what to do, never the cell itself.
 * @module
 */

const MISSING = /^(#?n\/?a|nan|null|nil|none|missing|unknown|undefined|\?+|\.+|-+|[–—])$/i;

const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
const DATE = new RegExp(
  `^(\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}([t ].*)?|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{2,4}( .*)?|\\d{1,2}[- .]+${MONTH}[- .]+\\d{2,4}|${MONTH} \\d{1,2},? \\d{4}|\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?)$`,
  'i',
);

/** The first pattern that fits tells the kind. */
const KINDS: readonly (readonly [pattern: RegExp, fault: string])[] = [
  [MISSING, 'a word for a missing value, not a number: fill the cell or leave the row out'],
  [/\ufffd/, 'not UTF-8: save the file as CSV UTF-8, or name its encoding'],
  [/"/, 'a quote out of place, not a number'],
  [/^#[a-z0-9/]+[!?]?$/i, 'an error value of a spreadsheet, not a number: correct the formula'],
  [/^(true|false|yes|no)$/i, 'true or false in words, not a number: declare yesNo in the job, or write 1 and 0'],
  [DATE, 'a date or time, not a number: declare a date in the job, or give a number, such as days since a fixed date'],
  [
    /^[+-]?\d{1,3}([,'’ \u00a0\u2009\u202f]\d{3})+(\.\d+)?$/,
    'a thousands separator or decimal comma, not a plain number: write 1247.5 for 1,247.5, or name what a CSV file has: decimal, thousands',
  ],
  [
    /^[+-]?\d{1,3}(\.\d{3}){2,}$/,
    'thousands separators, not a plain number: leave them out, or name what a CSV file has: thousands',
  ],
  [
    /^[+-]?[\d.'’ \u00a0\u202f]*\d?,\d+(e[+-]?\d+)?$/i,
    'a decimal comma, not a number: write 30.1 for 30,1, or name what a CSV file has: decimal',
  ],
  [/^[+-]?[\d.,]+\s*%$/, 'a percent sign behind the number: write the number alone'],
  [/^[<>≤≥=~±]/, 'a bound such as <5, not a number: decide on a number'],
  [/^[−–]\s*\d/, 'a minus sign that is not -, so not a number: write -'],
  [/^[€$£¥]\s*\d/, 'a currency sign, not a number: write the number alone'],
  [/^[+-]?\d[\d.,]*\s*[^\d\s.,].*$/, 'not a number: text, such as a unit, behind it; write the number alone'],
];

const TEXT = 'a text, not a number: declare a category and its levels in the job, or write numbers';

/** Whether a trimmed cell says that there is no value. */
export const isMissing = (cell: string): boolean => cell === '' || MISSING.test(cell);

/** What is wrong with a trimmed cell that holds neither a number nor nothing. */
export const notANumber = (cell: string): string => KINDS.find(([pattern]) => pattern.test(cell))?.[1] ?? TEXT;

/** What such a cell of a label column is, where its kind helps more than that it is no label. */
export function labelFault(cell: string, expected: string): string {
  if (MISSING.test(cell)) return `a word for a missing value, ${expected}`;
  if (/^(true|false|yes|no)$/i.test(cell)) return `true or false in words, ${expected}`;
  if (/\ufffd/.test(cell)) return `not UTF-8, so ${expected}: save the file as CSV UTF-8, or name its encoding`;
  return expected;
}
