/**
 * What every kind of feature declares: its keys in a job file, the model columns that it gives, and how they are filled.
 * @module
 */
import type { z } from 'zod';
import type { FeatureRange } from '../data/feature-range.ts';
import type { CellForm } from '../data/row-encoder.ts';
import type { ColumnRule } from '../errors.ts';
import type { Fill } from './missing.ts';

/** Columns that all features of a job may give. */
export const MOST_COLUMNS = 100_000;

/** What a cell with a value holds: a number, or what is wrong with it, without showing it. */
export type CellReading = { readonly value: number } | { readonly fault: string; readonly rule: ColumnRule };

/** How a party has a feature in its own table, beside the column. */
export interface OwnForm {
  /** What its texts mean: `{ m: male, w: female }`. */
  readonly codes?: Readonly<Record<string, string>> | undefined;
  /** One of the units that the job knows. */
  readonly unit?: string | undefined;
  /** How its dates are written, such as `DD.MM.YYYY`. */
  readonly format?: string | undefined;
}

/** What is wrong with a key, as the end of a sentence. */
export interface KeyProblem {
  readonly key: string;
  readonly says: string;
}

/** A feature that others are made of, with the columns that it gives. */
export interface Parent {
  readonly name: string;
  readonly columns: readonly FeatureRange[];
}

/** Writes the columns of a feature at `into[at]` and on. NaN gives NaN. */
export type Write = (from: ArrayLike<number>, into: Float64Array, at: number) => void;

/** How a kind would declare a column, with the larger `fit` the more it says of the cells. */
export interface Guess {
  readonly written: Readonly<Record<string, unknown>>;
  readonly fit: number;
  /** What a party's configuration has to say, where the cells are not in the form of the job. */
  readonly own?: OwnForm;
  /** What to think about. */
  readonly note?: string;
}

/** Looks at the cells of a column that have a value, one after another. */
export interface Guesser {
  add(cell: string): void;
  /** Nothing where the column can not be of this kind. */
  guess(): Guess | undefined;
}

interface Kind<F> {
  /** Its keys in a job file, without `missing` and `use`. */
  readonly form: Readonly<Record<string, z.ZodType>>;
  /** What is wrong between its keys, and with what it is made of. */
  problem?(feature: F, parents: readonly Parent[]): KeyProblem | undefined;
  /** The model columns that it gives, with the ranges that follow from what is declared. */
  columns(name: string, feature: F, parents: readonly Parent[]): readonly FeatureRange[];
  /** One sentence without a full stop for whoever looks after the data: what a cell has to hold, or how the columns are computed. */
  told(feature: F): string;
}

/** A kind that is read from one column of a table. A value is one number. */
export interface ReadKind<F> extends Kind<F> {
  readonly isRead: true;
  /** Turns a trimmed cell that is not empty into a value. `numberIn` reads numbers as the table writes them. Keys of `own` that it has no use for are refused by `ownProblem`. */
  reader(feature: F, own: OwnForm, numberIn: CellForm['numberIn']): (cell: string) => CellReading;
  /** Smallest and largest value; absent where a value is one of a list. */
  bounds?(feature: F): Omit<FeatureRange, 'name'>;
  /** Says how this kind would declare a column of a party's table. */
  guesser(): Guesser;
  /** The value that `missing.constant` stands for. */
  constant(feature: F, written: string | number): CellReading;
  /** What missing values may be filled with. */
  readonly fills: readonly Fill[];
  /** What is wrong with how a party says that it has the feature. */
  ownProblem(feature: F, own: OwnForm): KeyProblem | undefined;
  /** `from` is the value. */
  write(feature: F): Write;
}

/** A kind that is computed from the columns of other features, which are declared above it. */
export interface DerivedKind<F> extends Kind<F> {
  readonly isRead: false;
  /** The names of these features. */
  madeOf(feature: F): readonly string[];
  /** `from` has the columns of these features one behind the other. */
  write(feature: F, parents: readonly Parent[]): Write;
}

export type FeatureKind<F> = ReadKind<F> | DerivedKind<F>;
