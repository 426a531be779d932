/**
 * An activation, entry by entry.
 * @module
 */
import { relu, sigmoid } from '../nodes/index.ts';
import type { Initial, LayerKind } from './layer.ts';

const FUNCTIONS = { relu, sigmoid };
const INITIAL: Readonly<Record<ActivationName, Initial>> = { relu: 'he', sigmoid: 'glorot' };

export type ActivationName = keyof typeof FUNCTIONS;

export interface Activation {
  readonly type: 'activation';
  readonly function: ActivationName;
}

export const activation: LayerKind<Activation> = {
  settings: { function: { is: 'choice', of: ['relu', 'sigmoid'] } },
  shape: (_, from) => from,
  isActivation: true,
  cutsAtZero: (layer) => layer.function === 'relu',
  initial: (layer) => INITIAL[layer.function],
  apply: (graph, x, layer) => FUNCTIONS[layer.function](graph, x),
};
