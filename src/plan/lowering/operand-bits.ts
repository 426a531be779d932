/**
 * How many bits factors and products take.
 * @module
 */

import type { ValueId } from '../plan.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';

/** Where a product would take more bits than this, its factors are cut down to OPERAND_BITS first. */
export const PRODUCT_BITS = 58;
export const OPERAND_BITS = 26;

/** Bits that a value takes at its scale and bound. */
export function bitsOf(phase: PhaseBuilder, value: ValueId): number {
  const { bound, fractionalBits } = phase.valueOf(value);
  return Math.ceil(Math.log2(bound)) + fractionalBits;
}
