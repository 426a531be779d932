/**
 * Graph values on their way to the ring: real linear combinations of what is there already.
 * @module
 */
import type { Scalar } from '../graph/graph.ts';
import type { SmoothFunction } from '../protocol/fourier.ts';
import type { ValueId } from './plan.ts';

export type Part =
  | { readonly value: ValueId; readonly coefficient: Scalar }
  /** A smooth function not yet evaluated, so that its coefficient can go into the amplitudes. */
  | { readonly smooth: SmoothFunction; readonly of: ValueId; readonly coefficient: Scalar };

export interface Expression {
  readonly parts: readonly Part[];
  readonly constant: Scalar;
}

export interface Scaled {
  readonly value: ValueId;
  readonly coefficient: Scalar;
}
