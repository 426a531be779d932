/**
 * The weights of rows in a job file: a factor for each class, and the largest of a column.
 * @module
 */
import { z } from 'zod';
import { byForm, isMapping, mustBe } from '../../data/document.ts';

/** Beyond it a weight leaves what it is multiplied by too few digits. */
const LARGEST_WEIGHT = 1000;
/** Smaller weights are these with a larger rate. */
const LEAST_HIGH = 1e-3;

function weightFrom(least: number) {
  const rule = mustBe(`a number from ${least} to ${LARGEST_WEIGHT}`);
  return z.number(rule).min(least, rule).max(LARGEST_WEIGHT, rule);
}

/** The largest weight of a column. */
export const largestWeight = () => weightFrom(LEAST_HIGH);

const balanced = z.literal('balanced', mustBe('balanced, or a mapping from classes to weights'));
const ofClasses = z.record(z.string(), weightFrom(0));

export const classWeights = byForm<'balanced' | Record<string, number>>([balanced, ofClasses], (value) =>
  isMapping(value) ? ofClasses : balanced,
);
