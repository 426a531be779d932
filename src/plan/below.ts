/**
 * What lies below a public threshold, as numbers: the piece that every count at thresholds is made of.
 * @module
 */
import type { PhaseBuilder } from './phase-builder.ts';
import type { ValueId } from './plan.ts';

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
