/**
 * Dates as they are written, and as numbers of days.
 * @module
 */

/** A pattern with the groups `year`, `month` and `day`. */
export type DateFormat = RegExp;

/** A time of day that may stand behind a date. */
const TIME = '(?:[T ]\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?';
const PARTS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{1,2})',
};
const TIGHT: Readonly<Record<string, string>> = { ...PARTS, MM: '(?<month>\\d{2})', DD: '(?<day>\\d{2})' };

/** A form such as `DD.MM.YYYY`, or nothing where it has not each part once. Leading zeros may be left out where something separates the parts. */
export function dateFormat(written: string): DateFormat | undefined {
  const parts = written.match(/YYYY|MM|DD/g) ?? [];
  if (parts.length !== 3 || new Set(parts).size !== 3) return undefined;
  const isTight = /^(YYYY|MM|DD){3}$/.test(written);
  const pattern = written
    .split(/(YYYY|MM|DD)/)
    .map((part) => (isTight ? TIGHT : PARTS)[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('')}${TIME}$`);
}

/** `2000-01-31` */
export const ISO: DateFormat = new RegExp(`^(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})${TIME}$`);

const MS_A_DAY = 86_400_000;

/** Reads a date as the number of its day since 1970-01-01; nothing for a text of another form, and for a day that does not exist. */
export const dayReader =
  (format: DateFormat) =>
  (text: string): number | undefined => {
    const groups = format.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const [year, month, day] = [groups.year, groups.month, groups.day].map(Number);
    const date = new Date(0);
    // Date.UTC takes years below 100 for those of the last century.
    date.setUTCFullYear(year, month - 1, day);
    const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    return isReal ? Math.round(date.getTime() / MS_A_DAY) : undefined;
  };

/** The day of an ISO date. */
export const dayOf = dayReader(ISO);

/** The ISO date of a day since 1970-01-01. */
export const dateText = (day: number): string => new Date(day * MS_A_DAY).toISOString().slice(0, 10);
