/**
 * `trefoil train JOB --local`: the whole job on one machine, each node a process of its own.
 * @module
 */
import { resolve } from 'node:path';
import { DEALER, type NodeConfig, nodesOf } from '../../job/file/job.ts';
import { loadJob } from '../../job/file/job-file.ts';
import { planJob } from '../../job/file/planned-job.ts';
import { machineRoom } from '../../job/node/machine-room.ts';
import { failedReport } from '../../job/report/failed-report.ts';
import { buildReport, type Report, type RunFacts } from '../../job/report/report.ts';
import { checkReportFile } from '../../job/report/report-file.ts';
import type { TrustMode } from '../../plan/plan.ts';
import { programVersion } from '../../version.ts';
import { asTrefoilError } from '../failure.ts';
import { loadConfigs } from '../rehearsal/local-configs.ts';
import { runNodes } from '../rehearsal/local-run.ts';
import { Rehearsal } from '../rehearsal/rehearsal.ts';
import { runTwinProcess } from '../rehearsal/twin-process.ts';
import { Losses, printKept } from '../screens/kept-screen.ts';
import { printProfile } from '../screens/profile-screen.ts';
import { ProgressDisplay } from '../screens/progress.ts';
import { printReport } from '../screens/report-screen.ts';
import { outliveOutput } from '../standard-output.ts';
import { stopOnSignals } from '../stop.ts';
import { throwWithheld } from '../withheld.ts';

export interface TrainOptions {
  readonly trust?: TrustMode;
  readonly report?: string;
  readonly profile: boolean;
  /** Folder with a configuration for each node. */
  readonly configs: string;
}

export async function trainLocally(file: string, options: TrainOptions) {
  outliveOutput();
  const { trust, report: reportFile, configs: folder } = options;
  const job = loadJob(file, trust);
  const planned = planJob(job);
  const configs = loadConfigs(job, folder);
  if (reportFile !== undefined) {
    const places = [...configs.values()].flatMap(({ output }) => output);
    checkReportFile(reportFile, places);
  }
  const facts = { planned, trefoil: programVersion() };
  const losses = new Losses();
  const report = await rehearse(resolve(file), facts, configs, options, losses).catch(async (error) => {
    const nothing = { learntBefore: {}, warnings: [] };
    await losses.writeReport(reportFile, failedReport(facts, asTrefoilError(error), nothing));
    losses.say();
    throw error;
  });
  await losses.writeReport(reportFile, report);
  losses.throw();
  throwWithheld(report);
}

/** Runs all nodes and the twin, and prints the report. */
async function rehearse(
  jobFile: string,
  facts: Omit<RunFacts, 'publicSeed'>,
  configs: ReadonlyMap<string, NodeConfig>,
  { profile }: TrainOptions,
  losses: Losses,
): Promise<Report> {
  const { job, plan } = facts.planned;
  for (const warning of machineRoom(job, plan, nodesOf(job))) console.error(`warning: ${warning}`);
  const { signal: stop } = stopOnSignals();
  const rehearsal = await Rehearsal.create(jobFile, configs);
  try {
    const names = nodesOf(job).join(', ');
    console.error(`starting ${names}: a process each, gRPC over mutual TLS, identities for this run alone`);
    if (job.privacy !== undefined) sayWhoKeepsNoLedger(configs);
    const { results, kept, publicSeed } = await runNodes(job, rehearsal, new ProgressDisplay(), stop, profile);
    for (const [name, each] of kept) await losses.add(each, name);
    console.error('training in the clear, for comparison');
    const twins = await runTwinProcess(jobFile, job, configs, publicSeed, stop);
    const report = buildReport({ ...facts, publicSeed }, results, twins);
    printReport(report);
    if (report.profile !== undefined) printProfile(report.profile, plan);
    for (const [name, each] of kept) printKept(each, name);
    return report;
  } finally {
    await rehearsal.remove();
  }
}

/** The identities of this run can not sign for the parties. */
function sayWhoKeepsNoLedger(configs: ReadonlyMap<string, NodeConfig>): void {
  const without = [...configs].flatMap(([name, { privacy }]) => (name === DEALER || privacy.isStated ? [] : [name]));
  if (without.length === 0) return;
  console.error(
    `no ledger records what this rehearsal spends for ${without.join(', ')}: see privacy in a node's configuration`,
  );
}
