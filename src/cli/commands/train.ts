/**
 * `trefoil train JOB --local`: the whole job on one machine, each node a process of its own.
 * @module
 */

import { resolve } from 'node:path';
import { asTrefoilError } from '../../errors.ts';
import type { NodeConfig } from '../../job/file/job.ts';
import { loadJob } from '../../job/file/job-file.ts';
import { type PlannedJob, planJob } from '../../job/file/planned-job.ts';
import { REPLACEABLE, type TrainingEvent } from '../../job/node/training-event.ts';
import type { RehearsedContributors } from '../../job/rehearsal/rehearsed-contributions.ts';
import { rehearse, type Training } from '../../job/rehearsal/train-locally.ts';
import { failedReport } from '../../job/report/failed-report.ts';
import type { Report } from '../../job/report/report.ts';
import { checkReportFile } from '../../job/report/report-file.ts';
import type { TrustMode } from '../../plan/plan.ts';
import { startRun } from '../../run.ts';
import { DEALER } from '../../trust/modes.ts';
import { programVersion } from '../../version.ts';
import { configsOf, contributorsOf, jobFileAt } from '../packaged.ts';
import { eventDisplay } from '../screens/event-display.ts';
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

export async function trainLocally(given: string, options: TrainOptions) {
  outliveOutput();
  const file = jobFileAt(given);
  const { trust, report: reportFile, configs: folder } = options;
  const job = loadJob(file, trust);
  const planned = planJob(job);
  const configs = configsOf(job, file, folder);
  if (reportFile !== undefined) {
    const places = [...configs.values()].flatMap(({ output }) => output);
    checkReportFile(reportFile, places);
  }
  const losses = new Losses();
  const contributors = contributorsOf(job, file, folder);
  const report = await rehearseHere(resolve(file), planned, { nodes: configs, contributors }, options, losses).catch(
    async (error) => {
      const facts = { planned, trefoil: programVersion() };
      const nothing = { learntBefore: {}, warnings: [] };
      await losses.writeReport(reportFile, failedReport(facts, asTrefoilError(error), nothing));
      losses.say();
      throw error;
    },
  );
  await losses.writeReport(reportFile, report);
  losses.throw();
  throwWithheld(report);
}

/** Runs all nodes and the twin, and prints the report. */
async function rehearseHere(
  jobFile: string,
  planned: PlannedJob,
  {
    nodes,
    contributors,
  }: { readonly nodes: ReadonlyMap<string, NodeConfig>; readonly contributors: RehearsedContributors },
  { profile }: TrainOptions,
  losses: Losses,
): Promise<Report> {
  const { signal: stop } = stopOnSignals();
  const display = new ProgressDisplay();
  const show = eventDisplay(display);
  const setting = { planned, nodes, contributors, jobFile, profile, processes: 'each', compare: true } as const;
  const run = startRun<TrainingEvent, Training>((tell) => rehearse(setting, tell, stop), ...REPLACEABLE);
  try {
    for await (const event of run) {
      show(event);
      if (event.kind === 'starting' && planned.job.privacy !== undefined) sayWhoKeepsNoLedger(nodes);
      if (event.kind === 'trained') for (const [name, each] of event.kept) await losses.add(each, name);
    }
  } finally {
    display.stop();
  }
  const { report, kept } = await run.result;
  printReport(report);
  if (report.profile !== undefined) printProfile(report.profile, planned.plan);
  for (const [name, each] of kept) printKept(each, name);
  return report;
}

/** The identities of this run can not sign for the parties. */
function sayWhoKeepsNoLedger(configs: ReadonlyMap<string, NodeConfig>): void {
  const without = [...configs].flatMap(([name, { privacy }]) => (name === DEALER || privacy.isStated ? [] : [name]));
  if (without.length === 0) return;
  console.error(
    `no ledger records what this rehearsal spends for ${without.join(', ')}: see privacy in a node's configuration`,
  );
}
