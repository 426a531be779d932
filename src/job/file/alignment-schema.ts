/**
 * The part of a job file that says whose row a row is: `data.alignment`.
 * @module
 */
import { z } from 'zod';
import { dateForm } from '../../alignment/identifiers/date-key.ts';
import { DUPLICATES, type IdentifierRules, type Key, MISSING_KEYS } from '../../alignment/identifiers/key.ts';
import { IGNORABLE } from '../../alignment/identifiers/text-key.ts';
import type { Find } from '../../alignment/quote.ts';
import { byForm, isMapping, mapping, mustBe, text } from '../../data/document.ts';

const MOST_KEYS = 16;
const MOST_FORMS = 16;
/** What `find` is where a job does not say it: the rows that all three have. */
const FINDS = ['all', 'pairs'] as const satisfies readonly Find[];

const oneOf = <const C extends readonly [string, ...string[]]>(names: C) =>
  z.enum(names, mustBe(`${names.slice(0, -1).join(', ')} or ${names.at(-1)}`));

const FORM =
  'a form such as DD.MM.YYYY, with each of YYYY, MM and DD once and points, hyphens, strokes or nothing between';
const form = text(FORM).refine((written) => dateForm(written) !== undefined, mustBe(FORM));
const forms = z
  .array(form, mustBe('a list of forms such as DD.MM.YYYY'))
  .min(1, { error: 'must have at least one form' })
  .max(MOST_FORMS, { error: `must have at most ${MOST_FORMS} forms` })
  .superRefine((written, context) => {
    const shapes = written.map((each) => dateForm(each)?.shape);
    shapes.forEach((shape, i) => {
      const before = shapes.indexOf(shape);
      if (shape === undefined || before === i) return;
      const message = `must not be read as ${written[before]} too: one date can fit both`;
      context.addIssue({ code: 'custom', path: [i], message });
    });
  });

const ignored = z.array(oneOf(IGNORABLE), mustBe(`a list of ${IGNORABLE.join(', ')}`));
const key = mapping({ ignore: ignored.optional(), dates: forms.optional() }).superRefine((written, context) => {
  if (written.ignore === undefined || written.dates === undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['ignore'],
    message: 'must be left out of a date, which is compared as a day',
  });
});

const keys = z
  .record(
    text('the name of a key'),
    key,
    mustBe('a mapping from keys to what is ignored in them, or to the forms of dates'),
  )
  .superRefine((written, context) => {
    const count = Object.keys(written).length;
    if (count === 0) context.addIssue({ code: 'custom', message: 'must name at least one key' });
    if (count > MOST_KEYS) context.addIssue({ code: 'custom', message: `must have at most ${MOST_KEYS} keys` });
  });

const byKeys = mapping({
  keys,
  duplicates: oneOf(DUPLICATES).default('refuse'),
  missing: oneOf(MISSING_KEYS).default('refuse'),
  find: oneOf(FINDS).default('all'),
  keepers: z.array(text('the name of a party'), mustBe('a list of the parties')).optional(),
});

/** How keys tell whose row a row is. */
export type AlignmentRules = z.output<typeof byKeys>;

const sameOrder = z.literal('same-order', mustBe('same-order, or a mapping with keys'));
/** `same-order`: row i of every file is the same person. */
export const alignment = byForm<'same-order' | AlignmentRules>([sameOrder, byKeys], (value) =>
  isMapping(value) ? byKeys : sameOrder,
);

/** What identifiers are made by. Keys are taken in the order of their names, however the file lists them. */
export function identifierRules({ keys, duplicates, missing }: AlignmentRules): IdentifierRules {
  const of = (name: string): Key => {
    const { dates, ignore = [] } = keys[name];
    return dates === undefined ? { name, ignore } : { name, dates };
  };
  return { keys: Object.keys(keys).sort().map(of), duplicates, missing };
}
