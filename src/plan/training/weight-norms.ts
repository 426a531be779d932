/**
 * Frobenius norms of weights, watched: what bounds the layers of a step whose rows may not be watched. One number for each matrix is opened under a
 * mask, and compared beside the forward pass.
 * @module
 */

import type { ValueId } from '../plan.ts';
import type { Remedy } from '../remedies.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';

/** Trips the alarm where the norm of the weights is `limit` or more. Three opening rounds. */
export function watchNorm(phase: PhaseBuilder, weights: ValueId, limit: number, remedies?: readonly Remedy[]): void {
  const { name = 'weights' } = phase.valueOf(weights);
  const site = `norm of ${name}`;
  const squares = phase.product('elementwise', weights, weights);
  const squared = phase.open(phase.sumRows(phase.sumColumns(squares), `squared ${site}`));
  phase.watch(squared, limit ** 2, site, remedies, 1);
}
