/**
 * What of a mask is used after it was made.
 * @module
 */

export interface MaskNeeds {
  /** Shares of the mask, at the evaluators. */
  readonly shares: boolean;
  /** The mask as a whole, at the dealer. */
  readonly whole: boolean;
}

export const NOTHING: MaskNeeds = { shares: false, whole: false };
export const SHARES: MaskNeeds = { shares: true, whole: false };
export const WHOLE: MaskNeeds = { shares: false, whole: true };
export const ALL: MaskNeeds = { shares: true, whole: true };
