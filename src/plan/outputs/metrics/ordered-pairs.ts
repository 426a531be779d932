/**
 * How many pairs of a positive and a negative row a model orders rightly, which is the AUC: exactly by all pairs while these are few, and by
 * buckets of logits beyond.
 * @module
 */

import type { PlanBuilder } from '../../write/plan-builder.ts';
import { ComparedPairs } from './compared-pairs.ts';
import type { CountsOfPairs } from './counts-of-pairs.ts';
import { PairsByBucket } from './pairs-by-bucket.ts';

/** Up to so many rows all pairs are compared: half a million, with 38 MiB of corrections. */
export const MOST_COMPARED_ROWS = 1024;

export const orderedPairs = (plan: PlanBuilder, rows: number, most = rows): CountsOfPairs =>
  most <= MOST_COMPARED_ROWS ? new ComparedPairs(plan, rows) : new PairsByBucket(plan, rows);
