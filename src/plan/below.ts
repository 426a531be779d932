/**
 * What lies below a public threshold, as numbers: the piece that every count at thresholds is made of.
 * @module
 */

import type { ValueId } from './plan.ts';
import type { PhaseBuilder } from './write/phase-builder.ts';

/** weight·[x < threshold] for each weight, as shares: the comparison is made once. */
export function below(
  phase: PhaseBuilder,
  x: ValueId,
  threshold: number,
  ...weights: readonly ValueId[]
): readonly ValueId[] {
  const bits = phase.openBits(phase.lessThan(x, threshold));
  return weights.map((weight) => phase.bitTimes(bits, weight));
}
