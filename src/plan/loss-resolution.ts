/**
 * How finely a mean loss is opened, and below what it is rounding alone.
 * @module
 */
import type { Architecture } from '../graph/mlp.ts';
import { OUTPUTS, type Output } from '../graph/output.ts';
import { LAYER_LIMIT } from './lowering/activations.ts';
import { OPERAND_BITS } from './lowering/operand-bits.ts';

/**
 * Fractional bits of an opened mean loss. A log loss is known to 2e-3 anyway. A squared error is as small as its records make it, and has the bits that
 * the 62 leave: a mean over rows whose squares add up to 2^20 a row keeps 29 of them, and these are the last place's roundings besides.
 */
export const LOSS_BITS: Readonly<Record<Output, number>> = { sigmoid: 16, softmax: 16, linear: 36 };

/** Beyond this a mean loss is nonsense. */
export const LARGEST_LOSS = 2 ** 12;

/**
 * What series can add to the log loss of a row: 1e-4 the fit of the softplus, 1.6e-3 its table and the rounding of angles, all at once. Of a softmax
 * it is the table of as many exponentials, whose errors are independent of each other.
 */
const LOG_LOSS = 2e-3;
const CLASSES = 10;
/** What a sum of squares loses before it is divided, by row. */
const MEAN_BITS = 28;
/** Fractional bits of z − y where it is squared, |z| being up to the limit of a layer. */
export const ERROR_BITS = OPERAND_BITS - Math.ceil(Math.log2(LAYER_LIMIT + 1));

/** The resolution in the units of the loss. For a target these are the units of the scaled target, squared. */
export function lossResolution({ output, outputs }: Architecture, dataBits: number): number {
  if (OUTPUTS[output].isClass) return LOG_LOSS * Math.max(1, Math.sqrt(outputs / CLASSES));
  // A label's rounding, that of what is predicted, and that of the mean.
  return 2 ** (-2 * dataBits) + 2 ** (-2 * ERROR_BITS) + 2 ** -MEAN_BITS;
}
