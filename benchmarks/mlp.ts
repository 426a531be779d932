/**
 * How long does a step of a multi-layer perceptron take, over three real processes with gRPC and mutual TLS, and how long the same step
 * of the plaintext twin, on float64 kernels in one process?
 * @module
 */
import { twinPlan } from '../src/job/file/task.ts';
import type { TrustMode } from '../src/plan/plan.ts';
import { publicStreams } from '../src/prg/session-keys.ts';
import { Float64Twin } from '../src/runtime/clear/plaintext.ts';
import { type BenchmarkResult, median } from './benchmark.ts';
import { type Timing, timeJob } from './timed-job.ts';

const REPETITIONS = 3;
const FEATURES = 784;
const BATCH = 128;
const ROWS = 10 * BATCH;
const EPOCHS = 10;

const SETTINGS: readonly { readonly hidden: readonly number[]; readonly trust: TrustMode }[] = [
  { hidden: [128], trust: 'honest-majority' },
  { hidden: [128, 128], trust: 'honest-majority' },
  { hidden: [128], trust: 'dealer' },
  { hidden: [128, 128], trust: 'dealer' },
];

export async function run(): Promise<BenchmarkResult> {
  const rows: Record<string, string | number>[] = [];
  for (const { hidden, trust } of SETTINGS) {
    const timing = await timeJob(
      {
        trust,
        features: FEATURES,
        reach: 255,
        classes: 10,
        rows: ROWS,
        data: { standardise: 'range-to-unit', classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
        model: { type: 'mlp', hidden, output: 'softmax' },
        training: { epochs: EPOCHS, batch: BATCH, learningRate: 0.1 },
        numbers: { dataBits: 8 },
      },
      REPETITIONS,
    );
    const [step, best] = [median(timing.milliseconds), Math.min(...timing.milliseconds)];
    const twin = plaintextStep(timing);
    rows.push({
      network: [FEATURES, ...hidden, 10].join('-'),
      trust,
      steps: timing.steps,
      'ms a step (median)': Number(step.toPrecision(3)),
      'ms a step (best)': Number(best.toPrecision(3)),
      'rounds a step': timing.rounds,
      'online bytes a step, to each evaluator': timing.onlineBytes,
      'corrections a step': timing.correctionBytes,
      'plaintext ms a step': Number(twin.toPrecision(3)),
      'times plaintext': Number((step / twin).toPrecision(3)),
    });
  }
  const question = `milliseconds for a step of an MLP at batch ${BATCH}, three processes on this machine, TLS, alarm on`;
  return { question, rows };
}

/** Milliseconds for a step of the twin: the middle one of an epoch and more. */
function plaintextStep({ job }: Timing): number {
  const plan = twinPlan(job);
  const random = (count: number) => new Float64Array(count).map((_, i) => ((i * 7919) % 257) / 257);
  const twin = new Float64Twin(
    plan,
    () =>
      (name, _, { count }) =>
        name.endsWith('labels')
          ? new Float64Array(10 * count).map((_, i) => (i % 10 === Math.floor(i / 10) % 10 ? 1 : 0))
          : random(FEATURES * count),
    publicStreams(new Uint8Array(32)),
  );
  const times: number[] = [];
  let last = process.hrtime.bigint();
  for (const { step } of twin.steps()) {
    const now = process.hrtime.bigint();
    times.push(Number(now - last) / 1e6);
    last = now;
    if (step === 30) break;
  }
  return median(times);
}
