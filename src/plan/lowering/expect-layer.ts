/**
 * The limit that the values of a layer are expected to stay within.
 * @module
 */
import type { ValueId } from '../plan.ts';
import { KEEP_LAYERS } from '../remedies.ts';
import { LAYER_LIMIT } from './activations.ts';
import type { LoweringContext } from './context.ts';

/** A layer's value, which is expected to stay within the limit of a layer, unless that is proved otherwise. */
export function expectLayer(
  { phase, activations, watched }: LoweringContext,
  value: ValueId,
  name = phase.valueOf(value).name ?? 'a layer',
): ValueId {
  if (watched === 'weights') return value;
  if (watched === 'everything') return activations.watch(value, LAYER_LIMIT, name, KEEP_LAYERS);
  return phase.bounded(value, Math.min(LAYER_LIMIT, phase.valueOf(value).bound));
}
