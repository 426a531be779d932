/**
 * How many steps of logistic regression a second, over three real processes with gRPC and mutual TLS?
 * @module
 */
import type { TrustMode } from '../src/plan/plan.ts';
import { type BenchmarkResult, median } from './benchmark.ts';
import { timeJob } from './timed-job.ts';

const REPETITIONS = 3;

interface Setting {
  readonly features: number;
  readonly batch: number;
  readonly rows: number;
  readonly epochs: number;
  readonly trust: TrustMode;
}

const SETTINGS: readonly Setting[] = [
  { features: 10, batch: 128, rows: 1280, epochs: 400, trust: 'honest-majority' },
  { features: 10, batch: 128, rows: 1280, epochs: 200, trust: 'dealer' },
  { features: 30, batch: 32, rows: 152, epochs: 500, trust: 'honest-majority' },
  { features: 100, batch: 128, rows: 1280, epochs: 50, trust: 'honest-majority' },
];

export async function run(): Promise<BenchmarkResult> {
  const rows: Record<string, string | number>[] = [];
  for (const setting of SETTINGS) rows.push(await measure(setting));
  return { question: 'steps of logistic regression a second, three processes on this machine, TLS, alarm on', rows };
}

async function measure({ features, batch, rows, epochs, trust }: Setting): Promise<Record<string, string | number>> {
  const timing = await timeJob(
    {
      trust,
      features,
      reach: 1,
      classes: 2,
      rows,
      data: { standardise: 'range' },
      model: { type: 'logistic' },
      training: { epochs, batch, learningRate: 0.1 },
    },
    REPETITIONS,
  );
  const perSecond = timing.milliseconds.map((each) => 1000 / each);
  return {
    features,
    batch,
    trust,
    steps: timing.steps,
    'steps/s (median)': Math.round(median(perSecond)),
    'steps/s (best)': Math.round(Math.max(...perSecond)),
    'rounds a step': timing.rounds,
    'online bytes a step, to each evaluator': timing.onlineBytes,
    'corrections a step': timing.correctionBytes,
  };
}
