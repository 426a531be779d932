/**
 * The training of a job without privacy, in float64 and in the clear: what an adversary runs on records of its own to learn how such models behave.
 * @module
 */
import type { Records } from '../../data/records.ts';
import type { Initial } from '../../graph/layers/layer.ts';
import { type Architecture, mlp } from '../../graph/mlp.ts';
import type { Optimiser } from '../../graph/optimisers/index.ts';
import { type LearningRate, listedRates } from '../../plan/training/learning-rate.ts';
import { Draws } from './draws.ts';
import { initialParameters, type Parameters } from './network.ts';
import { TrainingRun } from './training-run.ts';

/** What plain and private training have in common. */
export interface Descent {
  readonly epochs: number;
  readonly learningRate: LearningRate;
  readonly l2: number;
  readonly optimiser: Optimiser;
  readonly initial: Initial;
}

export interface PlainTraining extends Descent {
  /** All records where there are fewer. */
  readonly batch: number;
  /** Each element of a gradient is clipped to ± this. */
  readonly clipGradient?: number;
}

/** Batches are of a fresh random order in each epoch; rows that fill no batch are left out of it. */
export function trainPlainly(
  architecture: Architecture,
  training: PlainTraining,
  records: Records,
  seed: string,
): Parameters {
  const { epochs, l2, optimiser, initial, clipGradient } = training;
  const batch = Math.min(training.batch, records.rows);
  const parameters = initialParameters(architecture, initial, new Draws(seed, 'initial parameters'));
  const limit = {
    ...(clipGradient === undefined ? {} : { clipGradient }),
    ...(records.weights === undefined ? {} : { weighting: 'gradients' as const }),
  };
  const run = new TrainingRun(architecture, mlp(architecture, { batch, l2, optimiser, ...limit }), parameters);
  const stepsPerEpoch = Math.floor(records.rows / batch);
  const rateAt = ratesOf(training, stepsPerEpoch);
  const draws = new Draws(seed, 'batch order');
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = draws.order(records.rows);
    for (let step = 0; step < stepsPerEpoch; step++) {
      run.step(records, order.subarray(step * batch, (step + 1) * batch), rateAt(epoch * stepsPerEpoch + step));
    }
  }
  return parameters;
}

/** The learning rate of each step of a run. */
export function ratesOf(descent: Descent, stepsPerEpoch: number): (step: number) => number {
  const { rates, stepsPerRate } = listedRates(descent, stepsPerEpoch);
  return (step) => rates[Math.min(Math.floor(step / stepsPerRate), rates.length - 1)];
}
