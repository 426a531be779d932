/**
 * The deviations that noise has in the steps of a plan: whole numbers, in ring units.
 * @module
 */

import type { Noise } from '../operations/effects.ts';
import { declared } from '../operations/table.ts';
import { type JointNoise, jointNoise } from '../privacy/noise/noise-scale.ts';
import type { Phase, Plan, TrustMode } from './plan.ts';

/** At a learning rate. */
export function noiseAt(
  { sensitivity: { constant, ratePower, bits }, noiseMultiplier }: Noise,
  trust: TrustMode,
  rate: number,
): JointNoise {
  return jointNoise({ trust, sensitivity: constant * rate ** ratePower * 2 ** bits, noiseMultiplier });
}

/** Every deviation that occurs. */
export function deviationsOf({
  phases,
  training,
  roles,
}: Pick<Plan, 'phases' | 'training' | 'roles'>): readonly number[] {
  const noises = phases.flatMap(noisesOf);
  const all = noises.flatMap((noise) =>
    (noise.sensitivity.ratePower === 0 ? [1] : training.rates).map(
      (rate) => noiseAt(noise, roles.trust, rate).deviation,
    ),
  );
  return [...new Set(all)];
}

/** What an operation of a phase adds. */
export const noisesOf = ({ ops }: Phase): readonly Noise[] => ops.flatMap(({ op }) => declared(op).noise?.(op) ?? []);
