/**
 * How a CSV file is written: what separates its cells, how its numbers look, how its letters are encoded.
 *
 * Nothing of this is guessed. A guess at a decimal comma makes 1.247 of one thousand two hundred and forty-seven, and nobody notices.
 * @module
 */
import { notANumber } from './cell-fault.ts';
import { numberIn } from './labels.ts';
import type { Reading } from './reading.ts';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface CsvDialect {
  /** One character between cells. */
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  /** Between groups of three digits; numbers have none where it is absent. */
  readonly thousands?: '.' | ',' | "'" | ' ' | undefined;
  /** Absent: UTF-8, or UTF-16 that begins with its mark. */
  readonly encoding?: Encoding | undefined;
}

/** RFC 4180 in UTF-8, with decimal points. */
export const STRICT: CsvDialect = { delimiter: ',', decimal: '.' };

/** The separators that a sentence can name. */
export const SEPARATORS: readonly (readonly [separator: string, name: string])[] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
  ['~', 'tildes'],
  ['^', 'carets'],
  [':', 'colons'],
  [',', 'commas'],
];

/** `semicolons` */
export const separatorName = (delimiter: string): string =>
  SEPARATORS.find(([separator]) => separator === delimiter)?.[1] ?? `'${delimiter}'`;

/** Spaces of all widths that stand between digits. */
const SPACES = ' \u00a0\u2009\u202f';
const DIGITS_ALONE = /^[+-]?[\d.,'’ \u00a0\u2009\u202f]*\d[.,]?(e[+-]?\d+)?$/i;

/** What reads the numbers of a file in this dialect. A number in another form is refused, also one that would be a number elsewhere. */
export function numberReader({ decimal, thousands }: CsvDialect): (cell: string) => Reading {
  if (decimal === '.' && thousands === undefined) return numberIn;
  const group = thousands === undefined ? '' : `[${thousands === ' ' ? SPACES : thousands === "'" ? "'’" : thousands}]`;
  const point = `[${decimal}]`;
  const whole = group === '' ? '\\d+' : `(?:\\d{1,3}(?:${group}\\d{3})+|\\d+)`;
  const form = new RegExp(`^[+-]?(?:${whole}(?:${point}\\d*)?|${point}\\d+)(?:e[+-]?\\d+)?$`, 'i');
  const groups = group === '' ? undefined : new RegExp(group, 'g');
  const words = `decimal: '${decimal}'${thousands === undefined ? ' without thousands' : ` and thousands: "${thousands === ' ' ? 'space' : thousands}"`}`;
  const other = `a number in another form than the configuration names, which is ${words}`;
  return (cell) => {
    if (form.test(cell)) {
      const plain = groups === undefined ? cell : cell.replace(groups, '');
      return numberIn(plain.replace(decimal, '.'));
    }
    if (cell === '') return { fault: 'empty' };
    return { fault: DIGITS_ALONE.test(cell) ? other : notANumber(cell) };
  };
}
