/**
 * What every operation declares about itself. Whatever follows a plan reads these declarations, and nothing outside this folder asks for an
 * operation by its name.
 *
 * A member that may be left out says what holds then.
 * @module
 */
import type { Material, Opening } from '../protocol/consumption.ts';
import type { ProductShape } from '../protocol/product.ts';
import type { Roles } from '../trust/roles.ts';
import type { Entering, Noise, Output } from './effects.ts';
import type {
  ClearContext,
  DealerContext,
  DealerPlaces,
  EvaluatorContext,
  EvaluatorPlaces,
  Step,
} from './execution.ts';
import type { MaskNeeds } from './masks.ts';
import type { Value, ValueId } from './value.ts';

/** What a declaration may look at. A plan is one. */
export interface Setting {
  readonly values: readonly Value[];
  readonly roles: Roles;
}

export interface OperationCost {
  readonly material: readonly Material[];
  /** One for each round that the operation takes. */
  readonly openings: readonly Opening[];
}

/** What a dealer's place for an operation depends on. */
export interface DealingFacts {
  readonly setting: Setting;
  /** Whether the dealer keeps the shares of the result's mask apart, and as how many tensors. */
  readonly isSpread: boolean;
  readonly spreads: number;
}

/** What a dealer needs for an operation beside its material and its result. */
export interface DealingRooms {
  /** Words of each tensor that it needs on the way. */
  readonly temporary: readonly number[];
  /** Items of material of which these evaluators' shares are expanded one by one; by item. */
  readonly expanded: readonly (readonly number[])[];
  /** True: what is expanded is needed as long as the result. False or absent: it is needed for the operation alone. */
  readonly keepsExpanded?: boolean;
}

/** A value of which a result is a public linear function, as real numbers, and that function. */
export interface LinearSource {
  readonly from: ValueId;
  apply(from: Float64Array): Float64Array;
}

export interface Operation<O> {
  /** The values that it reads. */
  reads(op: O): readonly ValueId[];
  /** What it needs of the masks of masked values that it reads. `as its result`: a linear map needs of them what is needed of its result's mask. */
  readonly needs: MaskNeeds | 'as its result';
  /**
   * What becomes of a correction that shares go without. A product can leave out its correction, and the dealer keeps it.
   * `passed on`: its result goes without the same correction. `taken up`: the mask of its result takes it up, unless shares of that mask are needed.
   * `dealt`: it is part of what the operation deals, or keeps in its turn. Absent: the operation reads corrected shares alone.
   */
  readonly uncorrected?: 'passed on' | 'taken up' | 'dealt';
  /** What it consumes and sends. Absent: nothing. */
  cost?(op: O, setting: Setting): OperationCost;
  /** The product that it computes. Absent: it computes none. */
  multiplies?(op: O, values: readonly Value[]): ProductShape;
  /** The noise that it adds. Absent: it adds none. */
  noise?(op: O): Noise;
  /** The output that it hands on. Absent: it hands on none. */
  reveals?(op: O): Output;
  /** What enters by it. Absent: nothing does. */
  enters?(op: O, values: readonly Value[]): Entering;
  /** True: the mask of its result is fresh and lies with the material, and m is what entered or was opened. False or absent: it writes its result. */
  readonly isFresh?: true;
  /** Until when it reads its arguments. Absent: until its last step. `end`: until the repetition is over. */
  readonly readsUntil?: 'first step' | 'end';
  /** Whether an evaluator keeps a share of its result's mask even where nobody needs it. Absent: it does not. */
  keepsMask?(op: O, values: readonly Value[]): boolean;
  /** Public random words that it reads. Absent: none. */
  publicWords?(op: O, values: readonly Value[]): number;
  /** True: the dealer reads the public random words, too. False or absent: evaluators alone do. */
  readonly dealerReadsPublicWords?: true;
  /** Words of the tensor that an evaluator needs on the way. Absent, or undefined: it needs none. */
  temporaryWords?(op: O, values: readonly Value[]): number | undefined;
  /** Words that a node keeps for it from repetition to repetition, beside what enters and planes of bits of its result. Absent: none. */
  keptWords?(op: O, values: readonly Value[], isDealer: boolean): number;
  /** What a dealer needs for it. Absent: nothing. */
  dealing?(op: O, facts: DealingFacts): DealingRooms;
  /** An evaluator's half, as steps: one before each of its openings, and one after the last. */
  evaluate(op: O, places: EvaluatorPlaces, context: EvaluatorContext): readonly Step[];
  /**
   * The dealer's half: masks alone, no value ever. Corrections are written as the whole values that are dealt; the phase turns them into the last
   * evaluator's shares.
   */
  deal(op: O, places: DealerPlaces, context: DealerContext): Step;
  /** The same on real numbers, with exact functions instead of series and no rounding. Gives its result, if it has one. */
  clear(op: O, context: ClearContext): Float64Array | undefined;
  /** False: in the clear its result is the very value that it reads, or it has none. Absent: it writes a result. */
  readonly hasClearRoom?: false;
  /** The values that its result is made from by public linear functions, one by one, at a learning rate. Absent: it is made otherwise. */
  linearIn?(op: O, values: readonly Value[], learningRate: number): readonly LinearSource[];
  /** The part of the model that it serves whatever it reads. Absent: its result's layer is told by its label, or by what it is made of. */
  readonly layer?: string;
  /** The value whose layer is its own. Absent: its result. */
  about?(op: O): ValueId;
  /** What tells it from others of its name on the screen: `detail` follows the name, `to` the values that it reads. Absent: nothing does. */
  describe?(op: O): { readonly detail?: string; readonly to?: string };
}

/** What an operation without correlated randomness and openings costs. */
export const FREE: OperationCost = { material: [], openings: [] };

/** The cost of an operation that sends nothing. */
export const dealtLocally = (material: readonly Material[]): OperationCost => ({ material, openings: [] });
