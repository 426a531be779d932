/**
 * The training of a job with differential privacy, in float64 and in the clear: the gradient of each row clipped, Gaussian noise on every sum, rows by Poisson
 * sampling. It is the graph that the parties compute on shares (`graph/clipped-mlp.ts`), without their rounding and without a limit to what a step can hold.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { clippedMlp } from '../../graph/clipped-mlp.ts';
import { scalar } from '../../graph/graph.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { noise as noisy } from '../../graph/nodes/index.ts';
import { isPlain } from '../../graph/optimisers/index.ts';
import { Draws } from './draws.ts';
import { initialParameters, type Parameters } from './network.ts';
import { type Descent, ratesOf } from './plain-training.ts';
import { TrainingRun } from './training-run.ts';

export interface PrivateTraining extends Descent {
  readonly stepsPerEpoch: number;
  /**
   * Probability of a row to be in a step: that of the job, whatever the number of rows here. At 1 all rows are in all steps. Or `public`: batches of an
   * order that everybody knows, a fresh one in each epoch.
   */
  readonly sampling: number | 'public';
  /** What sums are divided by, and in a public order the number of rows in a step. */
  readonly expectedBatch: number;
  /** Largest norm of what one row gives. */
  readonly clip: number;
  /**
   * Deviation of all noise together over `clip`. Somebody who is no party meets the noise of all three:
   * `outsideFactor(trust) · gradientMultiplier(task)`.
   */
  readonly noiseMultiplier: number;
}

export function trainPrivately(
  architecture: Architecture,
  training: PrivateTraining,
  records: Records,
  seed: string,
): Parameters {
  const { stepsPerEpoch, expectedBatch, clip, noiseMultiplier, l2, optimiser } = training;
  const samples = samplesOf(training, records.rows, new Draws(seed, 'sampling'));
  const batch = samples.reduce((most, { length }) => Math.max(most, length), 1);
  const model = clippedMlp(
    architecture,
    { batch, expectedBatch, clip, hasPadding: true, isWeighted: records.weights !== undefined, l2, optimiser },
    // A plain step is made of sums that carry the learning rate already.
    (graph, sum) => noisy(graph, sum, scalar(clip / expectedBatch, isPlain(optimiser) ? 1 : 0), noiseMultiplier),
  );
  const parameters = initialParameters(architecture, training.initial, new Draws(seed, 'initial parameters'));
  const noise = new Draws(seed, 'noise');
  const run = new TrainingRun(architecture, model, parameters, () => noise.gaussian());
  const rateAt = ratesOf(training, stepsPerEpoch);
  samples.forEach((rows, step) => {
    run.step(records, rows, rateAt(step));
  });
  return parameters;
}

function samplesOf(
  { epochs, stepsPerEpoch, sampling, expectedBatch }: PrivateTraining,
  rows: number,
  draws: Draws,
): Uint32Array[] {
  if (sampling !== 'public') {
    return Array.from({ length: epochs * stepsPerEpoch }, () => sampleOf(rows, sampling, draws));
  }
  return Array.from({ length: epochs }, () => {
    const order = draws.order(rows);
    const batch = (step: number) => order.slice(step * expectedBatch, (step + 1) * expectedBatch);
    return Array.from({ length: stepsPerEpoch }, (_, step) => batch(step));
  }).flat();
}

function sampleOf(rows: number, rate: number, coins: Draws): Uint32Array {
  const chosen: number[] = [];
  for (let row = 0; row < rows; row++) if (coins.uniform() < rate) chosen.push(row);
  return Uint32Array.from(chosen);
}
