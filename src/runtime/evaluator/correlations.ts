/**
 * What supplies an evaluator with correlated randomness: the masks of records, and the material of every repetition. The executor knows this interface
 * alone, so that another source than a dealer, or material that was kept, can stand behind it.
 * @module
 */
import type { AddMasks, RecordMaskOptions } from '../../operations/execution.ts';
import type { ValueId } from '../../operations/value.ts';
import type { Phase } from '../../plan/plan.ts';
import type { PhaseLayout } from '../../plan/write/layout.ts';
import type { Slices } from '../../slices.ts';

/** Where the material of a phase lies at an evaluator. */
export interface MaterialPlaces {
  readonly phase: Phase;
  readonly layout: PhaseLayout;
  /** Address of the material of a repetition, and of that of the next one: the same if there is no room for it meanwhile. */
  readonly material: number;
  readonly nextMaterial: number;
}

/** The material of one session, repetition by repetition. Its methods are called in this order. */
export interface SessionMaterial {
  /** What is to be done before the first repetition. */
  begin(): Slices;
  /** What is to be done before a repetition. */
  prepare(repetition: number): Slices;
  /** Puts the material of the repetition in its place: it is whole when this is over. */
  place(repetition: number): Promise<void> | undefined;
  /** What can be done for the next repetition while a message of this one is on its way. */
  ahead(repetition: number): Slices;
}

export interface Correlations {
  /** Adds masks of rows of records to values. */
  recordMasks(records: ValueId, options?: RecordMaskOptions): AddMasks;
  /** The material of a session, which repeats a phase so many times. */
  session(session: number, places: MaterialPlaces, repeat: number): SessionMaterial;
}
