/**
 * Where a party has the features of a job in its own table: column names, codes, units, forms of dates, and texts for a missing value.
 * @module
 */
import { z } from 'zod';
import { byForm, isMapping, mapping, mustBe, text } from '../data/document.ts';
import { suggestion } from '../data/nearest.ts';
import type { FeatureProblem } from './declaration.ts';
import type { OwnForm } from './feature-kind.ts';
import { type Declared, featureKindOf } from './kinds/index.ts';

/** One feature, or the label, as a party has it. */
export interface OwnColumn extends OwnForm {
  /** The name of its column; the feature's own name where it is left out. */
  readonly column?: string | undefined;
  /** Texts of a cell without a value, in place of those of the whole table. */
  readonly missing?: readonly string[] | undefined;
}

/** All that a party says of its table. */
export interface OwnTable {
  readonly columns?: Readonly<Record<string, OwnColumn>> | undefined;
  /** Texts of a cell without a value, beside an empty one. */
  readonly missing?: readonly string[] | undefined;
}

/** The same as a configuration or a program writes it: a column by its name alone, and codes that may be numbers. */
export interface WrittenTable {
  readonly columns?: Readonly<Record<string, string | WrittenColumn>>;
  readonly missing?: readonly (string | number | boolean)[];
}
export interface WrittenColumn extends Omit<OwnColumn, 'codes' | 'missing'> {
  readonly codes?: Readonly<Record<string, string | number | boolean>>;
  readonly missing?: readonly (string | number | boolean)[];
}

const plain = z
  .union([z.string(), z.number(), z.boolean()], mustBe('a text, a number, true or false'))
  .transform(String);
export const missingTexts = z.array(plain, mustBe('a list of texts'));

const name = text('the name of a column').transform((column): OwnColumn => ({ column }));
const full = mapping({
  column: text('the name of a column').optional(),
  codes: z.record(z.string(), plain, mustBe('a mapping from texts of the table to those of the job')).optional(),
  unit: text('a unit that the job knows').optional(),
  format: text('a form such as DD.MM.YYYY').optional(),
  missing: missingTexts.optional(),
});

/** `age: ALTER`, `sex: { column: GESCHLECHT, codes: { m: male, w: female } }` */
export const ownColumns = z.record(
  z.string(),
  byForm<OwnColumn>([name, full], (value) => (isMapping(value) ? full : name)),
  mustBe('a mapping from features to columns'),
);

/** What is wrong with a party's description for a job with these features and this label. */
export function ownProblems(
  features: readonly Declared[],
  label: string,
  { columns = {} }: OwnTable,
): FeatureProblem[] {
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  const readable = features.filter((feature) => featureKindOf(feature).isRead).map(({ name }) => name);
  return Object.entries(columns).flatMap(([name, own]): FeatureProblem[] => {
    const feature = byName.get(name);
    if (name === label && feature === undefined) {
      const key = (['unit', 'format'] as const).find((key) => own[key] !== undefined);
      return key === undefined ? [] : [{ name, key, says: 'must be left out of the label' }];
    }
    if (feature === undefined) {
      return [{ name, says: `is no feature of the job, nor its label${suggestion(name, [...readable, label])}` }];
    }
    const kind = featureKindOf(feature);
    if (!kind.isRead) return [{ name, says: 'must be left out: the job makes it of other features' }];
    const problem = kind.ownProblem(feature, own);
    return problem === undefined ? [] : [{ name, ...problem }];
  });
}
