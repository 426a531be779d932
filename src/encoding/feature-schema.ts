/**
 * How a job file and a model file write features: a mapping from names to ranges, or to mappings of which one key tells the kind.
 * @module
 */
import { z } from 'zod';
import { byForm, formsOf, isMapping, mapping, mustBe, whole } from '../data/document.ts';
import { MOST_COLUMNS } from './feature-kind.ts';
import { type Declared, FEATURE_KINDS } from './kinds/index.ts';
import { shortForm } from './kinds/number.ts';
import { missingForm } from './missing.ts';

/** An entry: a feature without its name, or `count` of them that are alike. */
export type WrittenFeature = DistributedOmit<Declared, 'name'> & { readonly count?: number | undefined };
type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

type KindName = keyof typeof FEATURE_KINDS;
const NAMES = Object.keys(FEATURE_KINDS) as KindName[];

const use = z.boolean(mustBe('true or false')).optional();

/** The keys of an entry of this kind. */
function entryForm(is: KindName): z.ZodType<WrittenFeature> {
  const kind = FEATURE_KINDS[is];
  const shared = kind.isRead ? { missing: missingForm.optional() } : {};
  // Many columns that are alike are numbers, such as pixels.
  const count = is === 'range' ? { count: whole(1, MOST_COLUMNS).optional() } : {};
  const form = mapping({ ...count, ...kind.form, ...shared, use });
  // The keys are those that the kind's file declares, which is why it is one of them.
  const entry = form.transform((keys) => ({ is, ...keys }) as unknown as WrittenFeature);
  formsOf.set(entry, [form]);
  return entry;
}

const FORMS = Object.fromEntries(NAMES.map((is) => [is, entryForm(is)])) as Record<KindName, z.ZodType<WrittenFeature>>;

/** The kind whose key an entry has. A range may be given beside it by mistake, so that it decides last. */
function formFor(value: unknown): z.ZodType<WrittenFeature> {
  if (!isMapping(value)) return shortForm as z.ZodType<WrittenFeature>;
  return FORMS[NAMES.toReversed().find((is) => Object.hasOwn(value, is)) ?? 'range'];
}

const feature = byForm<WrittenFeature>([shortForm as z.ZodType<WrittenFeature>, ...Object.values(FORMS)], formFor);

/** Cells of a table are read without spaces at their ends. */
export const isTrimmed = (name: unknown) => typeof name !== 'string' || name === name.trim();
export const TRIMMED = { error: 'must have no spaces at its ends: cells of a CSV file are read without them' };

/** `age: [0, 120]`, `sex: { category: [male, female] }`, … Checked before any column is spelt out. */
export const featuresForm = z
  .record(z.string(), feature, mustBe('a mapping from columns to [smallest, largest]'))
  .superRefine((features, context) => {
    const names = Object.keys(features);
    for (const name of names) {
      if (name.trim() === '') context.addIssue({ code: 'custom', path: [name], message: 'must have a name' });
      else if (!isTrimmed(name)) context.addIssue({ code: 'custom', path: [name], message: TRIMMED.error });
    }
    if (names.length === 0) context.addIssue({ code: 'custom', message: 'must name at least one column' });
    const total = Object.values(features).reduce((sum, { count = 1 }) => sum + count, 0);
    if (total > MOST_COLUMNS) {
      context.addIssue({ code: 'custom', message: `must have at most ${MOST_COLUMNS} columns in all, not ${total}` });
    }
  });

/** The features of a mapping, in order, with those spelt out that are alike. */
export function declaredIn(features: Readonly<Record<string, WrittenFeature>>): Declared[] {
  return Object.entries(features).flatMap(([name, { count, ...feature }]): Declared[] => {
    const keys = Object.fromEntries(Object.entries(feature).filter(([, value]) => value !== undefined));
    const named = (name: string) => ({ name, ...keys }) as unknown as Declared;
    return count === undefined ? [named(name)] : Array.from({ length: count }, (_, i) => named(`${name}_${i}`));
  });
}

/** Features as a job file writes them. */
export const writtenFeatures = (features: readonly Declared[]): Record<string, Record<string, unknown>> =>
  Object.fromEntries(features.map(({ name, is: _, ...keys }) => [name, keys]));
