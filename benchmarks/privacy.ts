/**
 * What does differential privacy cost in the protocol: a step with rows sampled by their owners, gradients clipped and noise of all parties,
 * beside the same step without, over three real processes with gRPC and mutual TLS?
 * @module
 */
import type { TrustMode } from '../src/plan/plan.ts';
import { type BenchmarkResult, median } from './benchmark.ts';
import { timeJob } from './timed-job.ts';

const REPETITIONS = 3;
const BATCH = 256;
/** As many as there are in MNIST, in the rate of sampling, would take minutes to share; so few need more room for padding. */
const ROWS = 24 * BATCH;
const EPOCHS = 6;
const PRIVACY = { epsilon: 8, delta: 1e-5, clip: 1, sampling: 'poisson' } as const;

export async function run(): Promise<BenchmarkResult> {
  const rows: Record<string, string | number>[] = [];
  for (const trust of ['honest-majority', 'dealer'] as const) {
    const [without, withPrivacy] = [await timed(trust), await timed(trust, PRIVACY)];
    for (const [name, { milliseconds, steps, rounds, onlineBytes, correctionBytes, inputBytes }] of Object.entries({
      without,
      'differentially private': withPrivacy,
    })) {
      rows.push({
        step: name,
        trust,
        steps,
        'ms a step (median)': Number(median(milliseconds).toPrecision(3)),
        'ms a step (best)': Number(Math.min(...milliseconds).toPrecision(3)),
        'times without (median)': Number((median(milliseconds) / median(without.milliseconds)).toPrecision(3)),
        'rounds a step': rounds,
        'more rounds': rounds - without.rounds,
        'opened bytes a step, to each evaluator': onlineBytes,
        'corrections a step': correctionBytes,
        'inputs a step, of one owner to an evaluator': inputBytes,
      });
    }
  }
  const question = `milliseconds for a step of 784-128-10 at batch ${BATCH}, with and without differential privacy, three processes on this machine`;
  return { question, rows };
}

const timed = (trust: TrustMode, privacy?: typeof PRIVACY) =>
  timeJob(
    {
      trust,
      features: 784,
      reach: 255,
      classes: 10,
      rows: ROWS,
      data: { standardise: 'range-to-unit', classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      model: { type: 'mlp', hidden: [128], output: 'softmax' },
      training: { epochs: EPOCHS, batch: BATCH, learningRate: 0.1 },
      numbers: { dataBits: 8 },
      ...(privacy === undefined ? {} : { privacy }),
    },
    REPETITIONS,
  );
