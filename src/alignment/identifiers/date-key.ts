/**
 * A key that is a date, in any of the forms that a job declares.
 * @module
 */

/** A form such as `DD.MM.YYYY`: each of YYYY, MM and DD once, with the same separators as its dates. */
export interface DateForm {
  readonly pattern: RegExp;
  /** What the groups of the pattern are. */
  readonly parts: readonly Part[];
  /** Alike for two forms of which a date can fit both. */
  readonly shape: string;
}
type Part = 'YYYY' | 'MM' | 'DD';

const PARTS = /YYYY|MM|DD/g;
const DIGITS: Readonly<Record<Part, number>> = { YYYY: 4, MM: 2, DD: 2 };

/** The form, or nothing where the text is none. */
export function dateForm(text: string): DateForm | undefined {
  const parts = (text.match(PARTS) ?? []) as Part[];
  const separators = text.split(PARTS);
  const isWhole = parts.length === 3 && new Set(parts).size === 3;
  if (!isWhole || separators.some((separator) => !/^[ ./-]*$/.test(separator))) return undefined;
  // Days and months may have one digit where something separates them.
  const isApart = separators.slice(1, -1).every((separator) => separator !== '');
  const digits = (part: Part) => (part === 'YYYY' || !isApart ? `(\\d{${DIGITS[part]}})` : '(\\d{1,2})');
  const escaped = separators.map((separator) => separator.replace(/[./-]/g, '\\$&'));
  const body = parts.map((part, i) => `${digits(part)}${escaped[i + 1]}`).join('');
  const shape = isApart ? text.replace(/MM|DD/g, '9') : text.replace(PARTS, (part) => '9'.repeat(part.length));
  return { pattern: new RegExp(`^${escaped[0]}${body}$`), parts, shape };
}

/** The date as YYYY-MM-DD, or nothing where it fits no form or no calendar has it. */
export function dateKey(cell: string, forms: readonly DateForm[]): string | undefined {
  for (const { pattern, parts } of forms) {
    const digits = pattern.exec(cell.normalize('NFKC').trim())?.slice(1);
    if (digits === undefined) continue;
    const part = (name: Part) => Number(digits[parts.indexOf(name)]);
    return dateOf(part('YYYY'), part('MM'), part('DD'));
  }
  return undefined;
}

/** In the proleptic Gregorian calendar. */
function dateOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const padded = (value: number, digits: number) => String(value).padStart(digits, '0');
  return isReal ? `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}` : undefined;
}
