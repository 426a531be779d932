/**
 * The short form of layers: the widths of dense layers, each with the same activation behind it. Files of multi-layer perceptrons are written in it.
 * @module
 */
import type { ActivationName } from './activation.ts';
import type { LayerSpec } from './index.ts';

export interface ShortForm {
  /** Width of each dense layer, from the input on. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
}

export const layersOf = ({ hidden, activation }: ShortForm): LayerSpec[] =>
  hidden.flatMap((width): LayerSpec[] => [
    { type: 'dense', width },
    { type: 'activation', function: activation },
  ]);

/** The short form of these layers; nothing where they have none. Without layers, the activation is `relu`. */
export function shortFormOf(layers: readonly LayerSpec[]): ShortForm | undefined {
  const hidden = layers.flatMap((layer) => (layer.type === 'dense' ? [layer.width] : []));
  const [activation = 'relu'] = layers.flatMap((layer) => (layer.type === 'activation' ? [layer.function] : []));
  const isAlike = layers.every(
    (layer, i) =>
      (i % 2 === 0 && layer.type === 'dense') ||
      (i % 2 === 1 && layer.type === 'activation' && layer.function === activation),
  );
  return isAlike && layers.length % 2 === 0 ? { hidden, activation } : undefined;
}
