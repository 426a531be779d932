/**
 * Whether the gradient of a single record can be clipped in a model of layers, without forming it.
 * @module
 */
import { type LayerSpec, layerKindOf } from './index.ts';
import { shortFormOf } from './short-form.ts';

/** What stands against it, as the end of a sentence. */
export interface Unclipped {
  /** The layer, where one alone stands against it. */
  readonly at?: number;
  readonly why: string;
}

/** Everything that stands against it: nothing where rows can be clipped. */
export function unclippedLayers(layers: readonly LayerSpec[]): readonly Unclipped[] {
  const found = layers.flatMap((layer, at): Unclipped[] => {
    const { unclipped } = layerKindOf(layer);
    return unclipped === undefined ? [] : [{ at, why: unclipped }];
  });
  if (found.length > 0 || shortFormOf(layers) !== undefined) return found;
  return [{ why: 'what a record adds is proved for dense layers with the same activation behind each' }];
}
