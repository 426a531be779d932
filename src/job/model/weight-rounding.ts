/**
 * What rounding alone makes of a weight over a whole training.
 *
 * A step truncates a weight's change without bias: up with the probability of what is cut off. That has a variance of f(1 − f) square units, f being the
 * part of a unit that is cut off; over all parts the mean is 1/6. Roundings of different steps are independent, so n of them have a deviation of √(n/6)
 * units. A penalty takes a part of each weight away in a step, and with it the same part of the roundings before: of 1 − d of them after each step,
 * 1/(1 − (1 − d)²) steps are left.
 * @module
 */

import type { Plan } from '../../plan/plan.ts';
import { learningRateAt } from '../../plan/training/learning-rate.ts';
import { trainingSteps } from '../../runtime/node.ts';
import type { Job } from '../file/job.ts';

/** Square units, of a part that is as likely to be any. */
const VARIANCE = 1 / 6;

/** The deviation of a weight of a layer, counted from 1, from what it would be without rounding. */
export function weightRounding({ training }: Job, plan: Plan, layer: number): number {
  const name = `weights ${layer}`;
  const state = plan.state.find(({ value }) => plan.values[value].name === name);
  if (state === undefined) return 0;
  const { epochs, learningRate, l2 } = training;
  const kept = 1 - Math.min(1, l2 * learningRateAt(learningRate, epochs - 1, epochs));
  const steps = Math.min(trainingSteps(plan).total, kept < 1 ? 1 / (1 - kept ** 2) : Number.POSITIVE_INFINITY);
  return 2 ** -plan.values[state.value].fractionalBits * Math.sqrt(VARIANCE * steps);
}
