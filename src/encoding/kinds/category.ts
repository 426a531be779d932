/**
 * A category with agreed levels: a column of 0 and 1 for each level, without one for the reference level.
 *
 * Without a reference every level has a column. With one, the model's weights are differences from it, and rows of the reference have 0 in all columns.
 * @module
 */
import { z } from 'zod';
import { mustBe } from '../../data/document.ts';
import { numberIn } from '../../data/labels.ts';
import { suggestion } from '../../data/nearest.ts';
import type { CellForm } from '../../data/row-encoder.ts';
import type { CellReading, ReadKind } from '../feature-kind.ts';
import { unusedKey } from '../own-form.ts';

type Level = string | number;

export interface CategoryFeature {
  readonly is: 'category';
  /** The levels, in the order of their columns. */
  readonly category: readonly Level[];
  readonly reference?: Level | undefined;
}

const MOST_LEVELS = 1024;
const level = () => z.union([z.int(), z.string().min(1)], mustBe('a text or a whole number'));
const trimmed = level().refine((level) => typeof level !== 'string' || level === level.trim(), {
  error: 'must have no spaces at its ends: cells are read without them',
});

/** Levels of a column that looks like a category. */
const MOST_GUESSED = 32;

const NOT_AGREED = 'not one of the agreed levels';

/** `smoking: { category: [never, former, current], reference: never }` */
export const category: ReadKind<CategoryFeature> = {
  isRead: true,
  form: {
    category: z
      .array(trimmed, mustBe('a list of levels, which are texts or whole numbers'))
      .min(2, { error: 'must have at least two levels' })
      .max(MOST_LEVELS, { error: `must have at most ${MOST_LEVELS} levels` })
      .superRefine((levels, context) => {
        const seen = new Set<string>();
        levels.map(String).forEach((name, i) => {
          if (seen.has(name)) context.addIssue({ code: 'custom', path: [i], message: `must not be '${name}' again` });
          seen.add(name);
        });
      }),
    reference: level().optional(),
  },
  problem({ category, reference }) {
    if (reference === undefined || category.map(String).includes(String(reference))) return undefined;
    return {
      key: 'reference',
      says: `must be one of the levels${suggestion(String(reference), category.map(String))}`,
    };
  },
  columns: (name, feature) => columnLevels(feature).map((level) => ({ name: `${name}=${level}`, low: 0, high: 1 })),
  told: ({ category, reference }) =>
    `one of ${category.join(', ')}${reference === undefined ? '' : ` (${reference} is the reference)`}`,
  reader({ category }, { codes = {} }, numberInTable) {
    const readLevel = levelReader(category, numberInTable);
    // A code may stand for a level that is also a text of the table.
    return (cell) => readLevel(Object.hasOwn(codes, cell) ? codes[cell] : cell);
  },
  constant({ category }, written) {
    const reading = levelReader(category, numberIn)(String(written));
    return 'value' in reading ? reading : { fault: 'must be one of the levels', rule: 'levels' };
  },
  guesser() {
    const found = new Map<string, number>();
    return {
      add(cell) {
        if (found.size <= MOST_GUESSED) found.set(cell, (found.get(cell) ?? 0) + 1);
      },
      guess() {
        const levels = [...found].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
        const cells = levels.reduce((sum, [, count]) => sum + count, 0);
        // Texts of which hardly one comes twice are names or remarks.
        if (levels.length < 2 || levels.length > MOST_GUESSED || cells < 2 * levels.length) return undefined;
        const names = levels.map(([level]) => level).sort();
        return { written: { category: names, reference: levels[0][0] }, fit: 1 };
      },
    };
  },
  fills: ['refuse', 'drop', 'constant'],
  ownProblem({ category }, own) {
    const names = category.map(String);
    const unused = unusedKey(own, ['codes'], 'a category');
    if (unused !== undefined) return unused;
    const unknown = Object.values(own.codes ?? {}).find((target) => !names.includes(target));
    if (unknown === undefined) return undefined;
    return { key: 'codes', says: `gives '${unknown}', which is no level of the job${suggestion(unknown, names)}` };
  },
  write(feature) {
    const columns = columnLevels(feature).map((level) => feature.category.indexOf(level));
    return (from, into, at) => {
      const value = from[0];
      for (let k = 0; k < columns.length; k++)
        into[at + k] = Number.isNaN(value) ? value : Number(columns[k] === value);
    };
  },
};

const columnLevels = ({ category, reference }: CategoryFeature): Level[] =>
  category.filter((level) => reference === undefined || String(level) !== String(reference));

/** The index of the level in a cell. A level that is a number may be written in another way, as 3.0 for 3. */
function levelReader(levels: readonly Level[], numberIn: CellForm['numberIn']): (cell: string) => CellReading {
  const indices = new Map(levels.map((level, index) => [String(level), index]));
  const plain = new Set(levels.map((level) => String(level).toLowerCase()));
  return (cell) => {
    const number = numberIn(cell);
    const value = indices.get(cell) ?? ('value' in number ? indices.get(String(number.value)) : undefined);
    if (value !== undefined) return { value };
    const how = plain.has(cell.toLowerCase())
      ? ', but for capital and small letters'
      : '; say with codes in the configuration what it means';
    return { fault: `${NOT_AGREED}${how}`, rule: 'levels' };
  };
}
