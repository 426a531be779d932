/**
 * A range in a job file.
 * @module
 */
import { z } from 'zod';
import { finite, mustBe } from '../../data/document.ts';

/** Ends of a range are numbers whose squares are far from the limits of float64, which scales raw values. */
const LARGEST_END = 1e50;
/** A range must leave float64 digits for the values within it. */
const NARROWEST = 1e-12;

const ORDER = 'must be [smallest, largest], the smallest first';

/** What is wrong with a range, as the end of a sentence. */
export function rangeProblem([low, high]: readonly [number, number]): string | undefined {
  if (!(low < high)) return ORDER;
  if (Math.max(-low, high) > LARGEST_END || high - low < 1 / LARGEST_END) {
    return `must be within ±${LARGEST_END}, and at least ${1 / LARGEST_END} wide: give the column in another unit`;
  }
  if (high - low < NARROWEST * Math.max(Math.abs(low), Math.abs(high))) {
    return 'must be wider: its values differ only in their last digits, so subtract a constant from the column first';
  }
  return undefined;
}

/** The smallest and the largest value that can occur. */
export const range = z.tuple([finite(), finite()], mustBe('[smallest, largest]')).superRefine((ends, context) => {
  const problem = rangeProblem(ends);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});
