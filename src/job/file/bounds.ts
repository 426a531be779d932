/**
 * What numbers of a job fixed point and float64 have digits for, whatever else the job says. What depends on other keys is found when the job is planned.
 * @module
 */
import { z } from 'zod';
import { mustBe, whole } from '../../data/document.ts';
import { significant } from '../../data/figures.ts';
import { kindOf, type Optimiser } from '../../graph/optimisers/index.ts';
import { type LearningRate, learningRateAt } from '../../plan/training/learning-rate.ts';

/** Below the smallest and beyond the largest a public factor has no digits. */
export const SMALLEST = 1e-9;
export const LARGEST = 1e6;
/** Below it, the divisor of a step has no accurate inverse in fixed point. */
export const LEAST_DIVISOR = 2 ** -12;
/** Every epoch may open a number, which the plan lists. */
const MOST_EPOCHS = 100_000;
/** More would take a day at a thousand steps a second. */
const MOST_STEPS = 100_000_000;
/** Rates that an optimiser corrects are listed in the plan step by step. */
const MOST_LISTED_STEPS = 2_000_000;

/** A number above 0 that fixed point has digits for. */
export function magnitude() {
  const rule = mustBe('a finite number above 0');
  const bounds = { error: `must be a number from ${SMALLEST} to ${LARGEST}: fixed point has no digits for others` };
  return z
    .number(rule)
    .gt(0, { ...rule, abort: true })
    .min(SMALLEST, bounds)
    .max(LARGEST, bounds);
}

/** The same, or 0. */
export function magnitudeOrNone() {
  const rule = mustBe('a finite number from 0 up');
  const error = `must be 0 or a number from ${SMALLEST} to ${LARGEST}: fixed point has no digits for others`;
  return z
    .number(rule)
    .min(0, { ...rule, abort: true })
    .refine((value) => value === 0 || (value >= SMALLEST && value <= LARGEST), { error });
}

export const epochCount = () => whole(1, MOST_EPOCHS, { error: `must be at most ${MOST_EPOCHS} epochs` });

/** What of a training the bounds between its keys are about. */
interface Steps {
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: LearningRate;
  readonly optimiser: Pick<Optimiser, 'type'>;
}

/** What is wrong between keys of a training over so many rows: the key, and the end of a sentence. */
export function trainingProblems({ epochs, batch, learningRate, optimiser }: Steps, rows: number) {
  const steps = epochs * Math.floor(rows / batch);
  const isListed = kindOf(optimiser).stepRates !== undefined;
  const most = isListed ? MOST_LISTED_STEPS : MOST_STEPS;
  const problems: { readonly key: 'epochs' | 'learningRate'; readonly says: string }[] = [];
  if (steps > most) {
    const by = isListed ? ` with optimiser ${optimiser.type}` : '';
    problems.push({
      key: 'epochs',
      says: `makes ${steps} steps, and ${most} are the most${by}: take fewer epochs or larger batches`,
    });
  }
  const { schedule } = learningRate;
  if (schedule === 'constant') return problems;
  // Every schedule goes in one direction.
  const rates = [0, epochs - 1].map((epoch) => learningRateAt(learningRate, epoch, epochs));
  const beyond = rates.find((rate) => !(rate >= SMALLEST && rate <= LARGEST));
  if (beyond !== undefined) {
    const says = `comes to ${beyond === 0 ? `less than ${Number.MIN_VALUE}` : significant(beyond, 2)}, and fixed point has digits for rates from ${SMALLEST} to ${LARGEST}: let it change less, or take fewer epochs`;
    problems.push({ key: 'learningRate', says });
  }
  return problems;
}

/** Whether nothing is wrong between them. */
export const fitsBounds = (training: Steps, rows: number): boolean => trainingProblems(training, rows).length === 0;
