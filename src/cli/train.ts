/**
 * `trefoil train JOB --local`: the whole job on one machine, each node a process of its own.
 * @module
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrefoilError } from '../errors.ts';
import { jobDigest } from '../job/digest.ts';
import { loadJob, withTrust } from '../job/job-file.ts';
import { loadNodeConfig } from '../job/node-config.ts';
import { buildReport, type NodeResult, type Report, writeReport } from '../job/report.ts';
import type { Job, NodeConfig, Trust } from '../job/schema.ts';
import { jobPlan } from '../job/task.ts';
import type { Twins } from '../job/twin.ts';
import { planDigest } from '../plan/digest.ts';
import { programVersion } from '../version.ts';
import { failureOf, nodeNames, Rehearsal } from './local-nodes.ts';
import { runNodes } from './local-run.ts';
import type { FromTwin } from './node-messages.ts';
import { ProgressDisplay } from './progress.ts';
import { printReport } from './report-screen.ts';

export interface TrainOptions {
  readonly trust?: Trust;
  readonly report?: string;
  /** Folder with a configuration for each node. */
  readonly configs: string;
}

export async function trainLocally(jobFile: string, options: TrainOptions): Promise<void> {
  const written = loadJob(jobFile);
  const job = options.trust === undefined ? written : withTrust(written, options.trust);
  const plan = jobPlan(job);
  const configs = loadConfigs(job, options.configs);
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => stop.abort(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const rehearsal = await Rehearsal.create(resolve(jobFile), configs);
  let results: NodeResult[];
  let publicSeed: string;
  let twins: Twins;
  try {
    const names = nodeNames(job).join(', ');
    console.error(`starting ${names}: a process each, gRPC over mutual TLS, identities for this run alone`);
    ({ results, publicSeed } = await runNodes(job, rehearsal, new ProgressDisplay(), stop.signal));
    console.error('training in the clear, for comparison');
    twins = await runTwinProcess(jobFile, job, configs, publicSeed);
  } finally {
    await rehearsal.remove();
  }
  const digests = { jobDigest: jobDigest(job), planDigest: planDigest(plan) };
  const facts = { job, plan, ...digests, publicSeed, trefoil: programVersion() };
  const report: Report = buildReport(facts, results, twins);
  printReport(report);
  if (options.report !== undefined) {
    writeReport(resolve(options.report), report);
    console.log(`report written to ${options.report}`);
  }
}

function loadConfigs(job: Job, folder: string): Map<string, NodeConfig> {
  const problems: string[] = [];
  const configs = new Map<string, NodeConfig>();
  for (const name of nodeNames(job)) {
    const file = join(folder, `${name}.yaml`);
    if (!existsSync(file)) problems.push(`${file} is missing: the configuration of ${name}`);
    else configs.set(name, loadNodeConfig(file));
  }
  if (problems.length > 0) {
    throw new TrefoilError(
      'TREFOIL_CONFIG',
      'a local run takes each node’s data from its configuration; name their folder with --configs:',
      { problems },
    );
  }
  return configs;
}

/** The twins read all records, which no node may: they run in a process of their own. */
async function runTwinProcess(
  jobFile: string,
  job: Job,
  configs: ReadonlyMap<string, NodeConfig>,
  publicSeed: string,
): Promise<Twins> {
  const script = fileURLToPath(new URL('../../parties/twin.js', import.meta.url));
  const files = [...configs].flatMap(([name, { file }]) => (name === 'dealer' ? [] : [file]));
  const child = fork(script, [resolve(jobFile), job.trust, publicSeed, ...files], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message: FromTwin) => {
      if (message.kind === 'twins') resolve(message.twins);
      else reject(failureOf(message));
    });
    child.once('exit', (status) => {
      reject(new TrefoilError('TREFOIL_INTERNAL', `the process that trains in the clear ended with status ${status}`));
    });
  });
}
