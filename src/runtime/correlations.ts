/**
 * Correlated randomness, as executors know it: the masks of records, and the material of every repetition. An evaluator is supplied with its shares, and a
 * dealer with the masks that it deals from and with a way to hand on what it dealt. Executors know these interfaces alone, so that other sources can stand
 * behind them: another protocol than streams and corrections, or material that was kept.
 * @module
 */
import type { AddMasks, RecordMaskOptions } from '../operations/execution.ts';
import type { ValueId } from '../operations/value.ts';
import type { Phase } from '../plan/plan.ts';
import type { DealerRooms } from '../plan/write/dealer-places.ts';
import type { PhaseLayout } from '../plan/write/layout.ts';
import type { Room } from '../plan/write/places.ts';
import type { DealtTensor } from '../protocol/tensors.ts';
import type { Slices } from '../slices.ts';

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

/** What supplies an evaluator. */
export interface Correlations {
  /** Adds masks of rows of records to values. */
  recordMasks(records: ValueId, options?: RecordMaskOptions): AddMasks;
  /** The material of a session, which repeats a phase so many times. */
  session(session: number, places: MaterialPlaces, repeat: number): SessionMaterial;
}

/** Where the masks of a phase lie at the dealer. */
export interface MaskPlaces {
  readonly phase: Phase;
  readonly layout: PhaseLayout;
  /** The rooms of each operation. */
  readonly operations: readonly DealerRooms[];
  /** Address of whole masks and dealt values, as the layout orders them. */
  readonly whole: number;
  /** Address of room for a piece of what an evaluator expands. */
  readonly piece: number;
  readonly addressOf: (room: Room) => number;
}

/** The masks of one session at the dealer, repetition by repetition. Its methods are called in this order, with all operations between the first two. */
export interface SessionMasks {
  /** Puts the masks of a repetition in their place. */
  prepare(repetition: number): Slices;
  /** Makes corrections of what was dealt. */
  correct(repetition: number): Slices;
  /** Hands that on. True: a message left. False: there is nothing to hand on, or it waits for further repetitions. */
  send(repetition: number): Promise<boolean>;
}

/** The masks of one phase at the dealer. */
export interface PhaseMasks {
  /** The shares of an item of material that single evaluators have; none where the whole is enough. */
  expanded(operation: number, item: number): readonly DealtTensor[];
  /** True: shares of single evaluators are put in place around the operation, by `begin` and `end`. False: both are left out. */
  hasOwn(operation: number): boolean;
  begin(operation: number): Slices;
  end(operation: number): Slices;
  /** The masks of a session, which repeats the phase so many times. */
  session(session: number, repeat: number): SessionMasks;
}

/** What supplies a dealer. */
export interface DealerCorrelations {
  /** Adds masks of rows of records to values. */
  recordMasks(records: ValueId, options?: RecordMaskOptions): AddMasks;
  phase(places: MaskPlaces): PhaseMasks;
}
