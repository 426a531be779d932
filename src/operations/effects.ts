/**
 * What operations do beside making values of values: owners' numbers enter, noise is added, outputs leave.
 * @module
 */
import type { ColumnRange, Factor, ValueId } from './value.ts';

/** What an owner's numbers enter as in one repetition. */
export interface Entering {
  readonly owner: string;
  readonly name: string;
  /** The value that they enter, or the records whose rows they are. */
  readonly into: ValueId;
  /** Rows that enter in a repetition. */
  readonly rows: number;
  /** The first of these rows, counted in the owner's own, in repetition 0 and by how many it moves on from one to the next. */
  readonly first: number;
  readonly advance: number;
  /** Columns of the value or of the records that they fill. */
  readonly columns: ColumnRange;
  /** The number of the part of the records that they belong to. Absent: the one part of their owner. */
  readonly part?: number;
  /** True: they are rows of records, whose masks lie in streams. False: they are a value of the phase, whose mask is material. */
  readonly isRecords: boolean;
}

/** What leaves the computation: to these parties and nobody else. */
export interface Output {
  readonly of: ValueId;
  readonly name: string;
  readonly to: readonly string[];
  readonly loss?: Loss;
}

/** What is known of an output that is a mean loss: it is never below 0, whatever rounding and series make of it. */
export interface Loss {
  /** In the units of the output: what rounding and series can add. Below it nothing is resolved. */
  readonly resolved: number;
}

/** The noise that all parties add to a value. */
export interface Noise {
  /** The most that one record can change the value by, in L2 norm, together with what else gets noise at the same time. */
  readonly sensitivity: Factor;
  readonly noiseMultiplier: number;
}
