/**
 * A node as a process of its own: run from a terminal it prints, in a rehearsal it reports to the process that started it.
 * @module
 */
import { relative } from 'node:path';
import { asTrefoilError, type TrefoilError } from '../errors.ts';
import type { Job } from '../job/file/job.ts';
import { loadJob } from '../job/file/job-file.ts';
import { overTls, type ReachableNode } from '../job/node/connect.ts';
import type { OnLoading } from '../job/node/loading-progress.ts';
import { loadNodeConfig } from '../job/node/node-config.ts';
import type { FailedRun } from '../job/node/node-run.ts';
import { runNode } from '../job/node/party.ts';
import { type PreparedPeer, prepareNode } from '../job/node/prepare.ts';
import { tellMismatch } from '../job/node/tell-mismatch.ts';
import { eventObserver, type TrainingEvent } from '../job/node/training-event.ts';
import { type FromNode, failed, type ToNode } from '../job/rehearsal/node-messages.ts';
import { checkReportFile } from '../job/report/report-file.ts';
import { resolutionOf } from '../job/report/resolution.ts';
import type { Plan, TrustMode } from '../plan/plan.ts';
import { stopped } from '../stopping.ts';
import { eventDisplay } from './screens/event-display.ts';
import { bookingLine, Losses, printKept } from './screens/kept-screen.ts';
import { openingLines, termLines } from './screens/openings-screen.ts';
import { printProfile } from './screens/profile-screen.ts';
import { ProgressDisplay } from './screens/progress.ts';
import { printReport } from './screens/report-screen.ts';
import { outliveOutput } from './standard-output.ts';
import { stopOnSignals } from './stop.ts';
import { collectSeldom } from './v8-heap.ts';
import { throwWithheld } from './withheld.ts';

export interface NodeProgramOptions {
  readonly config: string;
  readonly trust?: TrustMode;
  readonly report?: string;
  readonly profile: boolean;
  readonly rehearsal?: boolean;
}

/** How long a node that is done waits for its connections to end by themselves. */
const LINGER_MS = 1000;

export async function nodeProgram(options: NodeProgramOptions): Promise<void> {
  collectSeldom();
  outliveOutput();
  const stop = stopOnSignals();
  try {
    if (options.rehearsal === true) await runForParent(options, stop);
    else await runAtTerminal(options, stop.signal);
  } finally {
    // A frozen peer keeps a connection half open that this node has closed; nobody should wait for it.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

async function runAtTerminal(options: NodeProgramOptions, stop: AbortSignal) {
  const { config: file, trust, report: reportFile, profile: isProfiled } = options;
  const config = loadNodeConfig(file);
  if (reportFile !== undefined) checkReportFile(reportFile, config.output);
  const job = loadJob(config.job, trust);
  const display = new ProgressDisplay();
  const onLoading: OnLoading = (done, of) => display.loading(done, of);
  const onMismatch = async (node: ReachableNode, failure: TrefoilError) => {
    display.stop();
    const warning = await tellMismatch(node, failure, stop);
    if (warning !== undefined) console.error(`warning: ${warning}`);
  };
  const prepared = await prepareNode({ config, job, onLoading, onMismatch, isRehearsal: false }).finally(() =>
    display.stop(),
  );
  const { plan } = prepared.planned;
  printTerms(job, plan);
  for (const warning of prepared.warnings) console.error(`warning: ${warning}`);
  const others = plan.roles.nodes.filter((name) => name !== config.node);
  const resolved = resolutionOf(job, plan).trainingLoss;
  const observer = eventObserver(config.node, others, eventDisplay(display), { isProfiled, resolved });
  const run = await runNode(prepared, overTls(prepared), observer, stop).finally(() => display.stop());
  if ('failure' in run) throw await reportedFailure(run, reportFile, prepared.warnings);
  const { report, kept } = run;
  printReport(report);
  if (report.profile !== undefined) printProfile(report.profile, plan);
  printKept(kept);
  const losses = new Losses();
  await losses.add(kept);
  await losses.writeReport(reportFile, report, kept.reportFile);
  losses.throw();
  throwWithheld(report);
}

/** What the job will open, before any peer is contacted: an operator who does not want that can still stop. */
function printTerms(job: Job, plan: Plan): void {
  console.log(`${job.name}, trust mode ${job.trust}, with ${plan.roles.nodes.join(', ')}`);
  for (const line of termLines(job, plan)) console.log(`  ${line}`);
  console.log('what will leave the computation, and who learns it:');
  for (const line of openingLines(job, plan)) console.log(`  ${line}`);
}

/** The failure, once its report is where the user looks for it. `said`: warnings that the user has seen. */
async function reportedFailure(
  { failure, report, kept }: FailedRun,
  reportFile: string | undefined,
  said: readonly string[],
): Promise<TrefoilError> {
  const losses = new Losses();
  await losses.writeReport(reportFile, report, kept.reportFile);
  losses.say();
  if (kept.reportFile !== undefined) console.error(`report: ${relative('', kept.reportFile)}`);
  const { ledger, warnings } = report;
  if (ledger !== undefined) console.error(bookingLine(ledger));
  const unsaid = [...warnings, ...kept.warnings].filter((warning) => !said.includes(warning));
  for (const warning of new Set(unsaid)) console.error(`warning: ${warning}`);
  return failure;
}

async function runForParent(options: NodeProgramOptions, stop: AbortController): Promise<void> {
  process.on('disconnect', () => stop.abort('the end of the process that started it'));
  const connect = new Promise<ToNode>((resolve) => process.once('message', resolve));
  try {
    const onLoading: OnLoading = (done, of) => void tell({ kind: 'loading', done, of });
    const config = loadNodeConfig(options.config);
    const job = loadJob(config.job, options.trust);
    const prepared = await prepareNode({ config, job, onLoading, isRehearsal: true });
    void tell({ kind: 'prepared' });
    const { addresses } = await Promise.race([connect, stopped(stop.signal)]);
    const resolved = resolutionOf(job, prepared.planned.plan).trainingLoss;
    const overLoopback = overTls(withAddresses(prepared, addresses));
    const observer = eventObserver(config.node, [], toParent, { isProfiled: options.profile, resolved });
    const run = await runNode(prepared, overLoopback, observer, stop.signal);
    if ('failure' in run) throw run.failure;
    const { facts, result, kept, rows } = run;
    await tell({
      kind: 'finished',
      publicSeed: facts.publicSeed,
      result,
      kept,
      ...(rows === undefined ? {} : { rows }),
    });
  } catch (error) {
    await tell(failed(asTrefoilError(error)));
    process.exitCode = 1;
  } finally {
    if (process.connected) process.disconnect();
  }
}

/** Resolves when the message has left: a process that disconnects earlier takes a long one with it. */
function tell(message: FromNode): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send !== undefined) process.send(message, () => resolve());
    else resolve();
  });
}

function withAddresses(prepared: PreparedPeer, addresses: ToNode['addresses']): PreparedPeer {
  const { config } = prepared;
  const known = Object.entries(addresses).map(([peer, address]) => [peer, { ...config.peers[peer], address }]);
  return { ...prepared, config: { ...config, peers: { ...config.peers, ...Object.fromEntries(known) } } };
}

const isForParent = (event: TrainingEvent): event is Extract<TrainingEvent, FromNode> =>
  event.kind === 'listening' || event.kind === 'progress' || event.kind === 'training loss';

function toParent(event: TrainingEvent): void {
  if (isForParent(event)) void tell(event);
}
