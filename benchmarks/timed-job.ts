/**
 * A job on random records, written to a temporary folder and run by local processes over TLS: what a benchmark of training times.
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../src/job/file/job.ts';
import { loadJob } from '../src/job/file/job-file.ts';
import { jobPlan } from '../src/job/file/task.ts';
import { loadNodeConfig } from '../src/job/node/node-config.ts';
import { runNodes } from '../src/job/rehearsal/process-run.ts';
import { RehearsalFolder } from '../src/job/rehearsal/rehearsal-folder.ts';
import type { Plan, TrustMode } from '../src/plan/plan.ts';
import { planCost } from '../src/plan/quote/cost.ts';
import { Stream } from '../src/prg/stream.ts';

const PARTIES = ['north', 'east', 'south'] as const;

/** What a benchmark says of its job; the rest is the same in all. */
export interface TimedJob {
  readonly trust: TrustMode;
  readonly features: number;
  /** Largest value of a feature; the smallest is −`reach`, or 0 with `standardise: range-to-unit`. */
  readonly reach: number;
  readonly classes: number;
  readonly rows: number;
  /** Held-out rows, for the metrics that all parties learn; by default none. */
  readonly test?: { readonly rows: number; readonly metrics: readonly string[] };
  /** Sections of the job file. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly model: Readonly<Record<string, unknown>>;
  readonly training: { readonly batch: number; readonly epochs: number; readonly learningRate: number };
  readonly numbers?: Readonly<Record<string, unknown>>;
  readonly privacy?: Readonly<Record<string, unknown>>;
}

export interface Timing {
  readonly job: Job;
  readonly plan: Plan;
  readonly steps: number;
  /** Milliseconds a step, of each repetition. */
  readonly milliseconds: readonly number[];
  /** Seconds by phase, of each repetition. */
  readonly seconds: readonly Readonly<Record<string, number>>[];
  readonly rounds: number;
  /** Of one step: what the first evaluator sends to each other, and the dealer to the last one. */
  readonly onlineBytes: number;
  readonly correctionBytes: number;
  /** And what the first evaluator enters of its own. */
  readonly inputBytes: number;
}

export async function timeJob(setting: TimedJob, repetitions: number): Promise<Timing> {
  const folder = await mkdtemp(join(tmpdir(), 'trefoil-bench-'));
  try {
    const { jobFile, configs } = await writeJob(folder, setting);
    const job = loadJob(jobFile);
    const plan = jobPlan(job);
    const steps = plan.training.epochs * plan.training.stepsPerEpoch;
    const seconds: Readonly<Record<string, number>>[] = [];
    for (let i = 0; i < repetitions; i++) {
      const rehearsal = await RehearsalFolder.create(jobFile, configs);
      try {
        const { results } = await runNodes(job, rehearsal, () => undefined, new AbortController().signal);
        seconds.push(results[results.length - 1].seconds);
      } finally {
        await rehearsal.remove();
      }
    }
    const step = planCost(plan).phases.find(({ name }) => name === 'training');
    const [first, second] = plan.roles.evaluators;
    const bytes = (from: string, kind: string, to?: string) =>
      step?.traffic
        .filter((each) => each.from === from && each.kind === kind && (to === undefined || each.to === to))
        .reduce((sum, each) => sum + each.bytes, 0) ?? 0;
    return {
      job,
      plan,
      steps,
      milliseconds: seconds.map(({ training }) => (1000 * training) / steps),
      seconds,
      rounds: step?.rounds ?? 0,
      onlineBytes: bytes(first, 'opening', second),
      correctionBytes: bytes(plan.roles.dealer, 'correction'),
      inputBytes: bytes(first, 'input', second),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeJob(folder: string, setting: TimedJob) {
  const { trust, features, rows, data, model, training, numbers, privacy } = setting;
  const names = Array.from({ length: features }, (_, j) => `x${j}`);
  const [train, test] = [rows, setting.test?.rows ?? 0].map((all) => {
    const share = Math.floor(all / PARTIES.length);
    return [all - 2 * share, share, share];
  });
  const range = data.standardise === 'range-to-unit' ? [0, setting.reach] : [-setting.reach, setting.reach];
  const job = {
    trefoil: 1,
    name: 'benchmark',
    trust,
    parties: PARTIES.map((name, i) => ({ name, train: train[i], test: test[i] })),
    data: { label: 'y', ...data, features: Object.fromEntries(names.map((name) => [name, range])) },
    model,
    training,
    ...(numbers === undefined ? {} : { numbers }),
    ...(privacy === undefined ? {} : { privacy }),
    reveal: {
      model: ['south'],
      ...(setting.test === undefined
        ? {}
        : { metrics: Object.fromEntries(setting.test.metrics.map((metric) => [metric, PARTIES])) }),
    },
  };
  const jobFile = join(folder, 'job.yaml');
  await writeFile(jobFile, JSON.stringify(job));
  const configs = new Map();
  const nodes = trust === 'dealer' ? ['dealer', ...PARTIES] : PARTIES;
  for (const [i, node] of nodes.entries()) {
    const party = PARTIES.indexOf(node as (typeof PARTIES)[number]);
    const file = join(folder, `${node}.yaml`);
    const config = {
      node,
      job: jobFile,
      listen: `localhost:${7000 + i}`,
      identity: node,
      peers: {},
      ...(party < 0
        ? {}
        : { data: { train: `${node}.csv`, ...(test[party] > 0 ? { test: `${node}-test.csv` } : {}) } }),
      output: 'out',
    };
    await writeFile(file, JSON.stringify(config));
    if (party >= 0) {
      await writeFile(join(folder, `${node}.csv`), records(names, train[party], party, setting));
      const held = records(names, test[party], PARTIES.length + party, setting);
      if (test[party] > 0) await writeFile(join(folder, `${node}-test.csv`), held);
    }
    configs.set(node, loadNodeConfig(file));
  }
  return { jobFile, configs };
}

/** Labels that the first two features decide: what records hold does not change the cost. */
function records(names: readonly string[], rows: number, seed: number, { reach, classes, data }: TimedJob): string {
  const isUnit = data.standardise === 'range-to-unit';
  const bytes = new Stream(new Uint8Array(32).fill(seed + 1)).read(0, 16 * Math.ceil((4 * rows * names.length) / 16));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines = Array.from({ length: rows }, (_, i) => {
    const x = names.map((_, j) => view.getInt32(4 * (i * names.length + j), true) / 2 ** 31);
    const label = Math.min(classes - 1, Math.floor(((x[0] + x[1]) / 4 + 0.5) * classes));
    return [...x.map((value) => ((isUnit ? (value + 1) / 2 : value) * reach).toFixed(6)), label].join(',');
  });
  return `${[...names, 'y'].join(',')}\n${lines.join('\n')}\n`;
}
