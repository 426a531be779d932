/**
 * The scale of the first layer's weights. Records have few fractional bits, so there is room to keep these weights at the very scale at
 * which their gradients come out of the product: no step has to truncate them, which saves a round, and most of the truncations of
 * a step, since no other layer has as many weights.
 *
 * Only plain gradient steps leave them so: a penalty or a memory of gradients multiplies by further public factors, and a
 * limit on them cuts a masked value.
 * @module
 */
import { firstOf } from '../../graph/layers/index.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { isPlain, type Optimiser } from '../../graph/optimisers/index.ts';
import { productBits } from '../../protocol/product.ts';
import { ACTIVATION_BITS } from '../lowering/activations.ts';
import { PRODUCT_BITS } from '../lowering/operand-bits.ts';
import type { Roles } from '../plan.ts';

/** What of a training decides it. */
interface Setting {
  readonly roles: Roles;
  readonly architecture: Architecture;
  readonly optimiser: Optimiser;
  readonly l2: number;
  readonly clipGradient?: number;
  /** Fractional bits of weights elsewhere, and of the features. */
  readonly fractionalBits: number;
  readonly dataBits: number;
  readonly clip: number;
}

export interface FirstLayerScale {
  /** Fractional bits of the weights, and of the gradient at the layer's output. */
  readonly weights: number;
  readonly gradient: number;
}

/** A truncation by at most this many bits takes corrections of half the width. */
const SHORT_TRUNCATION_BITS = 32;
/** What a gradient must have beyond a weight's own scale, so that its rounding does not count beside that of the other layers' weights. */
const SPARE_BITS = 4;

const bitsOf = (bound: number) => Math.ceil(Math.log2(bound));

export function firstLayerScale(setting: Setting, weightLimit: number): FirstLayerScale | undefined {
  const { architecture, optimiser, l2, clipGradient, dataBits, fractionalBits, clip, roles } = setting;
  const { layers, inputs } = architecture;
  const isDescent = isPlain(optimiser) && l2 === 0 && clipGradient === undefined;
  if (!firstOf(layers).isCut || !isDescent) return undefined;
  const extra = productBits(roles.evaluators.length);
  const room = PRODUCT_BITS - dataBits - bitsOf(clip) - bitsOf(weightLimit) - bitsOf(inputs);
  const short = ACTIVATION_BITS + SHORT_TRUNCATION_BITS - dataBits - extra;
  const weights = Math.min(room, short);
  const gradient = weights - dataBits - extra;
  return gradient >= fractionalBits + SPARE_BITS ? { weights, gradient } : undefined;
}
