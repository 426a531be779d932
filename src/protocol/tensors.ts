/**
 * Where a protocol's tensors live in the linear memory of its node, in types that the compiler does not let be mixed up.
 * An address tells nothing, so printing one of these prints no secret.
 * @module
 */
import type { Kernels } from '../ring/kernels.ts';
import type { ProductDescription } from '../ring/shared-product.ts';
import type { Slices } from '../slices.ts';

/** Known to every evaluator, never to the dealer. */
export interface PublicTensor {
  readonly is: 'public';
  readonly at: number;
}

/** One evaluator's additive share. */
export interface ShareTensor {
  readonly is: 'share';
  readonly at: number;
}

/** One evaluator's xor shares of bit planes. */
export interface BitShares {
  readonly is: 'bit share';
  readonly at: number;
}

/** Bit planes known to every evaluator. */
export interface PublicBits {
  readonly is: 'public bits';
  readonly at: number;
}

/** ⟦x⟧ as an evaluator sees it: x = value − Σ masks. */
export interface Masked {
  readonly value: PublicTensor;
  readonly mask: ShareTensor;
}

export interface MaskedBits {
  readonly value: PublicBits;
  readonly mask: BitShares;
}

/** What only the dealer holds: a whole mask, or anything that it deals. */
export interface DealtTensor {
  readonly is: 'dealt';
  readonly at: number;
}

export const publicTensor = (at: number): PublicTensor => ({ is: 'public', at });
export const shareTensor = (at: number): ShareTensor => ({ is: 'share', at });
export const bitShares = (at: number): BitShares => ({ is: 'bit share', at });
export const publicBits = (at: number): PublicBits => ({ is: 'public bits', at });
export const dealtTensor = (at: number): DealtTensor => ({ is: 'dealt', at });

/** What protocol code runs on. */
export interface Machine {
  readonly kernels: Kernels;
  /** A matrix product; a long one in slices. */
  readonly multiply: (product: ProductDescription) => Slices;
  readonly evaluators: number;
  /** Which of the evaluators this is, from 0; −1 for the dealer. */
  readonly index: number;
  /** Whether it is the one evaluator that adds public terms. */
  readonly first: boolean;
  /** Room for the kernel of any product, and for the operands of any. */
  readonly scratch: number;
  readonly operands: readonly [x: number, y: number];
}
