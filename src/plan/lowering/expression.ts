/**
 * Graph values on their way to the ring: real linear combinations of what is there already.
 * @module
 */
import { type Scalar, scalar } from '../../graph/graph.ts';
import type { SmoothFunction } from '../../protocol/fourier.ts';
import type { ValueId } from '../plan.ts';

export type Part = Scaled | SmoothPart;

/** A smooth function not yet evaluated, so that its coefficient can go into the amplitudes. */
export interface SmoothPart {
  readonly smooth: SmoothFunction;
  readonly of: ValueId;
  readonly coefficient: Scalar;
}

export interface Expression {
  readonly parts: readonly Part[];
  readonly constant: Scalar;
}

export interface Scaled {
  readonly value: ValueId;
  readonly coefficient: Scalar;
}

export const ONE = scalar(1);
export const ZERO = scalar(0);

/** The sum of these parts alone. */
export const only = (...parts: Part[]): Expression => ({ parts, constant: ZERO });
