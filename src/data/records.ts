/**
 * Records as one party holds them, and where they come from.
 * @module
 */
import type { FeatureRange } from './feature-range.ts';
import type { CellForm, RowEncoder } from './row-encoder.ts';

/** The name of a class, as the label column has it. */
export type Class = string | number;

/** Labelled rows in the clear. They never leave the process that read them. */
export interface Records {
  /** Row-major, rows × columns. */
  readonly features: Float64Array;
  /** 0 or 1, the index of a class, or the value of a target. */
  readonly labels: Float64Array;
  /** What each row's loss is multiplied by in the training. Absent: by 1. */
  readonly weights?: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** What the label column holds: 0 or 1, one of the classes, or a number from the smallest to the largest of a target. */
export interface LabelRange {
  readonly classes?: readonly Class[];
  readonly target?: readonly [number, number];
}

/** What is asked of a source. A column whose values nearly all lie outside its range is refused, unless they are kept. */
export interface RecordsWanted extends LabelRange {
  /** Absent where rows need no label: then all labels are 0. */
  readonly label?: string;
  readonly features: readonly FeatureRange[];
  /** What becomes of a value outside its declared range. */
  readonly outOfRange: 'refuse' | 'clip' | 'keep';
  /** `keep`: a cell without a value is NaN. `refuse`, which is also the default: it is a problem. */
  readonly missing?: 'refuse' | 'keep';
  /** The number of rows that the job agreed on; any number where absent. */
  readonly rows?: number;
  /** What makes the features of cells, new ones for each reading. Absent: each feature is a number in the column of its name. */
  readonly encoders?: (form: CellForm) => readonly RowEncoder[];
  /** What makes the label. Absent: the label is in the column of its name. */
  readonly labelEncoder?: (form: CellForm) => RowEncoder;
}

/** Names for rows, in hex, which a privacy ledger knows them by. */
export interface Commitments {
  /** Over the columns that a job uses. */
  readonly commitment: string;
  /** Over all columns of a file; absent where all columns are used, as of images, or where nobody knows of others. */
  readonly table?: string;
}

/** A place that labelled rows can be read from, whatever its format. */
export interface RecordSource {
  /** Throws `TREFOIL_DATA` with every problem found; a message never contains a value of the data. `onRows` hears how many rows were read so far. */
  read(wanted: RecordsWanted, onRows?: (rows: number) => void): Promise<Records>;
  /** Names for its rows that depend on nothing but the rows, for a job that uses these columns. A privacy ledger keeps them. */
  commitments(columns: readonly string[]): Promise<Commitments>;
}
