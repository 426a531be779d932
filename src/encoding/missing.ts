/**
 * What becomes of a cell without a value, as the job says for each feature.
 * @module
 */
import { z } from 'zod';
import { byForm, isMapping, mapping, mustBe } from '../data/document.ts';

/** What all parties compute together of the values that there are. */
export type PooledFill = 'mean' | 'median';

/** `refuse`: a problem of its line. `drop`: the row does not count. `mean`, `median`: the one of all parties' values, computed together. */
export type Fill = 'refuse' | 'drop' | PooledFill | 'constant';

/** A pooled fill or none, or a constant; `indicator`: a further column is 1 where the value was missing and 0 elsewhere. */
export type Missing =
  | { readonly fill: Exclude<Fill, 'constant'>; readonly indicator?: boolean | undefined }
  | { readonly constant: string | number; readonly indicator?: boolean | undefined };

const FILLS = ['refuse', 'drop', 'mean', 'median'] as const;
const rule = mustBe('refuse, drop, mean or median, or a mapping with constant or fill, and indicator');

const word = z.enum(FILLS, rule).transform((fill): Missing => ({ fill }));
const indicator = z.boolean(mustBe('true or false')).optional();
const constant = mapping({ constant: z.union([z.string(), z.number()], mustBe('a value')), indicator });
const fill = mapping({ fill: z.enum(FILLS, mustBe('refuse, drop, mean or median')), indicator });

/** `missing: refuse`, `missing: { constant: 120, indicator: true }`, `missing: { fill: mean, indicator: true }` */
export const missingForm = byForm<Missing>([word, constant, fill], (value) => {
  if (!isMapping(value)) return word;
  return 'fill' in value ? fill : constant;
});

export const fillOf = (missing: Missing | undefined): Fill => {
  if (missing === undefined) return 'refuse';
  return 'constant' in missing ? 'constant' : missing.fill;
};

/** Fills whose value is known once all parties have computed it. */
export const isPooled = (fill: Fill): fill is PooledFill => fill === 'mean' || fill === 'median';

/** The fitted values of features with a pooled fill, by their names. */
export type Fills = Readonly<Record<string, number>>;
