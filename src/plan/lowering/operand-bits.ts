/**
 * How many bits factors and products take.
 * @module
 */
import type { PhaseBuilder } from '../phase-builder.ts';
import type { ValueId } from '../plan.ts';

/** Where a product would take more bits than this, its factors are cut down to OPERAND_BITS first. */
export const PRODUCT_BITS = 58;
export const OPERAND_BITS = 26;

/** Bits that a value takes at its scale and bound. */
export function bitsOf(phase: PhaseBuilder, value: ValueId): number {
  const { bound, fractionalBits } = phase.valueOf(value);
  return Math.ceil(Math.log2(bound)) + fractionalBits;
}
