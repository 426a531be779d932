/**
 * The columns that tell whose row a row is, and how their cells are compared: a part of the job, the same at all parties.
 * @module
 */
import { type DateForm, dateForm, dateKey } from './date-key.ts';
import { type Ignorable, textKey } from './text-key.ts';

/** A text, compared without what it ignores. */
export interface TextKey {
  readonly name: string;
  readonly ignore: readonly Ignorable[];
}

/** A date, in any of these forms. */
export interface DateKey {
  readonly name: string;
  readonly dates: readonly string[];
}

export type Key = TextKey | DateKey;

/** `refuse`: rows with the same keys are a problem. `first`: the first of them counts. `none`: none of them does. */
export type Duplicates = 'refuse' | 'first' | 'none';
export const DUPLICATES = ['refuse', 'first', 'none'] as const satisfies readonly Duplicates[];
/** `refuse`: a row without all keys is a problem. `drop`: it does not count. */
export type MissingKeys = 'refuse' | 'drop';
export const MISSING_KEYS = ['refuse', 'drop'] as const satisfies readonly MissingKeys[];

export interface IdentifierRules {
  readonly keys: readonly Key[];
  readonly duplicates: Duplicates;
  readonly missing: MissingKeys;
}

/** One form for all cells that are the same. */
export type Reading = { readonly text: string } | { readonly fault: string; readonly isMissing: boolean };

const EMPTY: Reading = { fault: 'empty', isMissing: true };
const NOTHING_LEFT: Reading = { fault: 'nothing is left of it beside what the job ignores', isMissing: true };

/** What reads the cells of a key. */
export function keyReader(key: Key): (cell: string) => Reading {
  if ('ignore' in key) {
    return (cell) => {
      const text = textKey(cell, key.ignore);
      return text !== '' ? { text } : cell.trim() === '' ? EMPTY : NOTHING_LEFT;
    };
  }
  const forms = key.dates.flatMap((text): DateForm[] => {
    const form = dateForm(text);
    return form === undefined ? [] : [form];
  });
  return (cell) => {
    if (cell.trim() === '') return EMPTY;
    const text = dateKey(cell, forms);
    return text === undefined ? { fault: `no date of the form ${key.dates.join(' or ')}`, isMissing: false } : { text };
  };
}

const encoder = new TextEncoder();

/** The texts of all keys of a row as one identifier: each with the number of its bytes before it, so that no two rows of other texts are alike. */
export function identifierOf(texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => encoder.encode(text));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  let at = 0;
  for (const part of parts) {
    new DataView(bytes.buffer).setUint32(at, part.length, true);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}
