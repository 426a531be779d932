/**
 * What does the AUC cost on many test rows, over three real processes with gRPC and mutual TLS?
 * @module
 */

import type { TrustMode } from '../src/plan/plan.ts';
import { planCost } from '../src/plan/quote/cost.ts';
import { type BenchmarkResult, median } from './benchmark.ts';
import { timeJob } from './timed-job.ts';

const REPETITIONS = 3;
const FEATURES = 20;
const TEST_ROWS = [1000, 10_000, 30_000] as const;
const MIB = 2 ** 20;

/** Phases of the evaluation that the AUC alone needs. */
const OF_AUC = ['comparing pairs', 'counting rows by logit', 'pairs of counted rows'];
const EVALUATION = ['evaluation', 'evaluation of further rows', ...OF_AUC];

export async function run(): Promise<BenchmarkResult> {
  const rows: Record<string, string | number>[] = [];
  for (const trust of ['honest-majority', 'dealer'] as const) {
    for (const count of TEST_ROWS) rows.push(await measure(trust, count));
  }
  return {
    question: 'seconds and corrections of an evaluation with the AUC, three processes on this machine, TLS',
    rows,
  };
}

async function measure(trust: TrustMode, count: number): Promise<Record<string, string | number>> {
  const { plan, seconds } = await timeJob(
    {
      trust,
      features: FEATURES,
      reach: 1,
      classes: 2,
      rows: 1280,
      test: { rows: count, metrics: ['auc'] },
      data: { standardise: 'range' },
      model: { type: 'logistic' },
      training: { epochs: 20, batch: 128, learningRate: 0.1 },
    },
    REPETITIONS,
  );
  const phases = planCost(plan).phases;
  const corrections = (names: readonly string[]) =>
    phases
      .filter(({ name }) => names.includes(name))
      .flatMap(({ repeat, traffic }) =>
        traffic.filter(({ kind }) => kind === 'correction').map(({ bytes }) => repeat * bytes),
      )
      .reduce((sum, bytes) => sum + bytes, 0);
  const inAll = (names: readonly string[]) =>
    median(seconds.map((each) => names.reduce((sum, name) => sum + (each[name] ?? 0), 0)));
  return {
    'test rows': count,
    trust,
    'evaluation, s (median)': Number(inAll(EVALUATION).toFixed(2)),
    'of it the AUC, s': Number(inAll(OF_AUC).toFixed(2)),
    'corrections, MiB': Number((corrections(EVALUATION) / MIB).toFixed(1)),
    'of them for the AUC, MiB': Number((corrections(OF_AUC) / MIB).toFixed(1)),
    rounds: phases
      .filter(({ name }) => EVALUATION.includes(name))
      .reduce((sum, { repeat, rounds }) => sum + repeat * rounds, 0),
  };
}
