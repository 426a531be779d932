/**
 * A date as the number of days since a declared origin.
 *
 * Days are counted in the Gregorian calendar, without time zones. A time of day behind a date is left out.
 * @module
 */
import { z } from 'zod';
import { mustBe } from '../../data/document.ts';
import { type DateFormat, dateFormat, dateText, dayOf, dayReader, ISO } from '../dates.ts';
import type { ReadKind } from '../feature-kind.ts';
import { unusedKey } from '../own-form.ts';

export interface DateFeature {
  readonly is: 'date';
  /** The first and the last date that can occur. */
  readonly date: readonly [first: string, last: string];
  /** Day 0; the first date where it is left out. */
  readonly origin?: string | undefined;
}

const RULE = mustBe('a date such as 2000-01-31');
const date = z.string(RULE).refine((text) => dayOf(text) !== undefined, RULE);

const daysOf = (text: string): number => dayOf(text) ?? Number.NaN;
const originOf = ({ date: [first], origin }: DateFeature) => daysOf(origin ?? first);

/** `admitted: { date: [2000-01-01, 2030-12-31], origin: 2000-01-01 }` */
export const dateKind: ReadKind<DateFeature> = {
  isRead: true,
  form: {
    date: z
      .tuple([date, date], mustBe('[first, last], two dates such as 2000-01-31'))
      .refine(([first, last]) => !(daysOf(first) >= daysOf(last)), {
        error: 'must be [first, last], the first one first',
      }),
    origin: date.optional(),
  },
  columns: (name, feature) => [{ name, ...boundsOf(feature) }],
  told: ({ date: [first, last] }) => `a date such as ${first}, from ${first} to ${last}; another form with format`,
  reader(feature, own) {
    const readDay = dayReader(own.format === undefined ? ISO : formatOf(own.format));
    const origin = originOf(feature);
    return (cell) => {
      const day = readDay(cell);
      if (day !== undefined) return { value: day - origin };
      return { fault: `not a date of the form ${own.format ?? 'YYYY-MM-DD'}, or no day of the calendar`, rule: 'type' };
    };
  },
  bounds: (feature) => boundsOf(feature),
  constant(feature, written) {
    const day = dayOf(String(written));
    if (day === undefined) return { fault: 'must be a date such as 2000-01-31', rule: 'type' };
    const value = day - originOf(feature);
    const { low, high } = boundsOf(feature);
    return value >= low && value <= high
      ? { value }
      : { fault: 'must be within the dates of the feature', rule: 'range' };
  },
  guesser() {
    const forms = ['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY/MM/DD'].map((written) => ({
      written,
      read: dayReader(written === 'YYYY-MM-DD' ? ISO : formatOf(written)),
      isSound: true,
      low: Number.POSITIVE_INFINITY,
      high: Number.NEGATIVE_INFINITY,
    }));
    return {
      add(cell) {
        for (const form of forms) {
          const day = form.isSound ? form.read(cell) : undefined;
          if (day === undefined) form.isSound = false;
          else [form.low, form.high] = [Math.min(form.low, day), Math.max(form.high, day)];
        }
      },
      guess() {
        const sound = forms.filter(({ isSound, low, high }) => isSound && low <= high);
        if (sound.length === 0) return undefined;
        const [{ written: format, low, high }, other] = sound;
        const [first, last] = [`${dateText(low).slice(0, 4)}-01-01`, `${dateText(high).slice(0, 4)}-12-31`];
        return {
          written: { date: [first, last] },
          fit: 4,
          ...(format === 'YYYY-MM-DD' ? {} : { own: { format } }),
          ...(other === undefined ? {} : { note: `or ${other.written}: which of the two numbers is the day?` }),
        };
      },
    };
  },
  fills: ['refuse', 'drop', 'mean', 'median', 'constant'],
  ownProblem(_, own) {
    const unused = unusedKey(own, ['format'], 'a date');
    if (unused !== undefined || own.format === undefined || dateFormat(own.format) !== undefined) return unused;
    return { key: 'format', says: 'must have YYYY, MM and DD once each, such as DD.MM.YYYY' };
  },
  write: () => (from, into, at) => {
    into[at] = from[0];
  },
};

const formatOf = (written: string): DateFormat => dateFormat(written) ?? ISO;

function boundsOf(feature: DateFeature) {
  const [low, high] = feature.date.map((text) => daysOf(text) - originOf(feature));
  return { low, high, unit: `days since ${feature.origin ?? feature.date[0]}` };
}
