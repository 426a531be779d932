/**
 * The standard normal distribution.
 * @module
 */
import { erfc } from './erfc.ts';

/** Beyond it erfc is 0 in float64. */
const REACH = 38;

/** The z with P[N(0, 1) > z] = tail, for tails above 1e-300. */
export function normalQuantile(tail: number): number {
  let [below, above] = [-REACH, REACH];
  for (;;) {
    const middle = (below + above) / 2;
    if (middle === below || middle === above) return middle;
    if (erfc(middle / Math.SQRT2) / 2 > tail) below = middle;
    else above = middle;
  }
}
