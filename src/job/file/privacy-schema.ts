/**
 * The section `privacy` of a job file.
 * @module
 */
import { z } from 'zod';
import { mapping, mustBe, whole } from '../../data/document.ts';
import { magnitude } from './bounds.ts';

/** The accountant computes with probabilities in float64. */
const LEAST_DELTA = 1e-30;
/** Budgets beyond these need noise that nothing survives, or hardly any. */
const LEAST_BUDGET = 1e-3;
const MOST_BUDGET = 1e4;

/** The probability that a guarantee fails: strictly between 0 and 1, and large enough to be accounted for. */
function failure() {
  const rule = mustBe('a number above 0 and below 1');
  return z
    .number(rule)
    .gt(0, { ...rule, abort: true })
    .lt(1, rule)
    .min(LEAST_DELTA, { error: `must be at least ${LEAST_DELTA}: the accountant knows no smaller one` });
}

/** An ε that noise can keep and that needs some. */
function budget() {
  const rule = mustBe('a finite number above 0');
  const bounds = {
    error: `must be a number from ${LEAST_BUDGET} to ${MOST_BUDGET}: others need more noise than can be added, or none`,
  };
  return z
    .number(rule)
    .gt(0, { ...rule, abort: true })
    .min(LEAST_BUDGET, bounds)
    .max(MOST_BUDGET, bounds);
}

const MOST_RECORDS_OF_A_PERSON = 64;

export const privacy = mapping({
  epsilon: budget(),
  delta: failure(),
  clip: magnitude(),
  sampling: z.enum(['poisson', 'full', 'public'], mustBe('poisson, full or public')),
  person: whole(1, MOST_RECORDS_OF_A_PERSON).default(1),
  neighbours: z.enum(['add-or-remove', 'replace'], mustBe('add-or-remove or replace')).default('add-or-remove'),
});
