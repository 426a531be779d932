/**
 * Noise on a sum, before anything opens it.
 * @module
 */
import { invariant } from '../errors.ts';
import { type NodeOp, scalar, times } from '../graph/graph.ts';
import type { Expression, Scaled } from './expression.ts';
import type { PhaseBuilder } from './phase-builder.ts';

export function lowerNoise(
  phase: PhaseBuilder,
  { parts, constant }: Expression,
  { sensitivity, noiseMultiplier }: Extract<NodeOp, { op: 'noise' }>,
): Scaled {
  const [sum] = parts;
  invariant(parts.length === 1 && 'value' in sum && constant.constant === 0, 'noise is added to one sum');
  const { value, coefficient } = sum;
  invariant(coefficient.ratePower === 0, 'a sum with noise has the learning rate in itself');
  const inItsUnits = times(sensitivity, scalar(1 / Math.abs(coefficient.constant)));
  return { value: phase.noise(value, inItsUnits, noiseMultiplier), coefficient };
}
