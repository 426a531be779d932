/**
 * How many steps of logistic regression a second, over three real processes with gRPC and mutual TLS?
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNodes } from '../src/cli/local-run.ts';
import { ProgressDisplay } from '../src/cli/progress.ts';
import { Rehearsal } from '../src/cli/rehearsal.ts';
import { loadJob } from '../src/job/job-file.ts';
import { loadNodeConfig } from '../src/job/node-config.ts';
import { jobPlan } from '../src/job/task.ts';
import { planCost } from '../src/plan/cost.ts';
import { Stream } from '../src/prg/stream.ts';
import { type BenchmarkResult, median } from './benchmark.ts';

const REPETITIONS = 3;
const PARTIES = ['north', 'east', 'south'] as const;

interface Setting {
  readonly features: number;
  readonly batch: number;
  readonly rows: number;
  readonly epochs: number;
  readonly trust: 'honest-majority' | 'dealer';
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

async function measure(setting: Setting): Promise<Record<string, string | number>> {
  const folder = await mkdtemp(join(tmpdir(), 'trefoil-bench-'));
  try {
    const { jobFile, configs } = await writeJob(folder, setting);
    const job = loadJob(jobFile);
    const plan = jobPlan(job);
    const steps = plan.training.epochs * plan.training.stepsPerEpoch;
    const rates: number[] = [];
    for (let i = 0; i < REPETITIONS; i++) {
      const rehearsal = await Rehearsal.create(jobFile, configs);
      try {
        const { results } = await runNodes(job, rehearsal, new ProgressDisplay(), new AbortController().signal);
        const last = results[results.length - 1];
        rates.push(steps / last.seconds.training);
      } finally {
        await rehearsal.remove();
      }
    }
    const step = planCost(plan).phases.find(({ name }) => name === 'training');
    const sender = plan.roles.evaluators[0];
    const sentBy = (name: string, kind: string) =>
      step?.traffic.reduce((sum, each) => sum + (each.from === name && each.kind === kind ? each.bytes : 0), 0) ?? 0;
    return {
      features: setting.features,
      batch: setting.batch,
      trust: setting.trust,
      steps,
      'steps/s (median)': Math.round(median(rates)),
      'steps/s (best)': Math.round(Math.max(...rates)),
      'rounds a step': step?.rounds ?? 0,
      'online bytes a step and evaluator': sentBy(sender, 'opening'),
      'corrections a step': sentBy(plan.roles.dealer, 'correction'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Random separable-with-noise records: their content does not change the cost. */
async function writeJob(folder: string, { features, batch, rows, epochs, trust }: Setting) {
  const names = Array.from({ length: features }, (_, j) => `x${j}`);
  const share = Math.floor(rows / PARTIES.length);
  const counts = [rows - 2 * share, share, share];
  const job = {
    trefoil: 1,
    name: 'benchmark-logistic',
    trust,
    parties: PARTIES.map((name, i) => ({ name, train: counts[i], test: 0 })),
    data: {
      label: 'y',
      standardise: 'range',
      features: Object.fromEntries(names.map((name) => [name, [-1, 1]])),
    },
    model: { type: 'logistic' },
    training: { epochs, batch, learningRate: 0.1 },
    reveal: { model: ['south'] },
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
      ...(party < 0 ? {} : { data: { train: `${node}.csv` } }),
      output: 'out',
    };
    await writeFile(file, JSON.stringify(config));
    if (party >= 0) await writeFile(join(folder, `${node}.csv`), records(names, counts[party], party));
    configs.set(node, loadNodeConfig(file));
  }
  return { jobFile, configs };
}

function records(names: readonly string[], rows: number, seed: number): string {
  const bytes = new Stream(new Uint8Array(16).fill(seed + 1)).read(0, 16 * Math.ceil((4 * rows * names.length) / 16));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines = Array.from({ length: rows }, (_, i) => {
    const x = names.map((_, j) => view.getInt32(4 * (i * names.length + j), true) / 2 ** 31);
    return [...x.map((value) => value.toFixed(6)), x[0] + x[1] > 0 ? 1 : 0].join(',');
  });
  return `${[...names, 'y'].join(',')}\n${lines.join('\n')}\n`;
}
