/**
 * What one row adds to all summed gradients, at most: the sensitivity that noise has to hide.
 *
 * In exact integers a row adds aᵀ·e and e, e = δ·s + r with s its factor and |r| one unit of e at most. With n = Σ (‖a‖² + 1)·‖δ‖² its norm is
 * at most s·√n + ‖r‖', ‖r‖'² = Σ (‖a‖² + 1)·columns·unit². u ≥ n/C², as ‖δ‖² is exact and (‖a‖² + 1)/C² rounded up. So with by = 1:
 * - u < 1: s is 1 or rounded by half a unit, and s·√n ≤ C·s.
 * - 4^k ≤ u < 4^(k+1): s = 2^−k·root, x = u·4^−k < 4, s·√n ≤ C·root·√x, and root = 1/√x up to its error: at most C·(1 + 2·error).
 * - a row that is left out: s is exactly 0, and a truncation of 0 is 0.
 *
 * The error of a root: that of the fit between its points; that of the table and of dealt amplitudes, as `fourier.ts` has them; that of the argument, to
 * LEAST_ARGUMENT_BITS by its truncation and 2^−18 of itself by the first harmonic's frequency, times the slope of the series; and one unit
 * of its truncation.
 * @module
 */
import { seriesOf, TABLE_BITS } from '../../protocol/fourier.ts';
import { LEAST_ARGUMENT_BITS, ROOT_BITS } from '../lowering/clip-factor.ts';
import type { ClippedScales } from '../lowering/clipped-scales.ts';

/** The fit is looked at in 300 points, and its error has at most 26 turns: between two points it is 1 % larger at the most. */
const BETWEEN_POINTS = 1.05;
const LARGEST_ARGUMENT = 4;

/** Largest error of an inverse root, in units of its public factor. */
function rootError({ by, rootBits }: ClippedScales): number {
  const { error, amplitudes, antiperiod } = seriesOf('inverse root');
  const sum = amplitudes.reduce((total, a) => total + a, 0);
  const slope = amplitudes.reduce((total, a, j) => total + (a * 2 * (j + 1) * Math.PI) / antiperiod, 0);
  const argument = 2 ** -LEAST_ARGUMENT_BITS + LARGEST_ARGUMENT * 2 ** -18;
  const table = sum * (Math.SQRT2 * 2 ** -TABLE_BITS + 2 * Math.PI * 2 ** -16);
  const dealtUnit = 2 ** (TABLE_BITS - ROOT_BITS + Math.ceil(Math.log2(by.most)));
  const rounded = (2 * (amplitudes.length + 1) * dealtUnit + 2 ** -rootBits) / by.least;
  return BETWEEN_POINTS * error + slope * argument + table + rounded;
}

/** The sensitivity in units of the gradients, before the public factor `by`: a little above the limit. */
export function clippedSensitivity(scales: ClippedScales): number {
  const { layers, limit, by } = scales;
  const rounded = layers.reduce(
    (sum, { squaredInput, cols, contributionBits }) => sum + (squaredInput + 1) * cols * 4 ** -contributionBits,
    0,
  );
  return limit * (1 + Math.sqrt(LARGEST_ARGUMENT) * rootError(scales)) + Math.sqrt(rounded) / by.least;
}
