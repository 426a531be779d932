/**
 * A node as a process of its own: run from a terminal it prints, started by another process it reports to that.
 * @module
 */
import { resolve } from 'node:path';
import { TrefoilError } from '../errors.ts';
import { type NodeObserver, type PreparedNode, prepareNode, runNode } from '../job/party.ts';
import { buildReport, type NodeResult, type RunFacts, writeReport } from '../job/report.ts';
import type { Trust } from '../job/schema.ts';
import { asTrefoilError, printFailure } from './failure.ts';
import type { FromNode, ToNode } from './node-messages.ts';
import { ProgressDisplay } from './progress.ts';
import { printReport } from './report-screen.ts';

export interface NodeProgramOptions {
  readonly config: string;
  readonly trust?: Trust;
  readonly report?: string;
}

/** Messages to a parent process are sent at most this often. */
const PROGRESS_MS = 100;

/** Runs one node; the process's exit status says how it went. */
export async function nodeProgram(options: NodeProgramOptions): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(signal));
  process.on('disconnect', () => stop.abort('the process that started it is gone'));
  try {
    const prepared = await prepareNode(options.config, options.trust);
    if (process.send === undefined) await runAtTerminal(prepared, options, stop.signal);
    else await runForParent(prepared, stop.signal);
  } catch (error) {
    const { code, message, place } = asTrefoilError(error);
    if (process.send === undefined) printFailure(error);
    else tell({ kind: 'failed', code, message, place });
    process.exitCode = 1;
  } finally {
    if (process.connected) process.disconnect();
  }
}

function tell(message: FromNode): void {
  if (process.connected) process.send?.(message);
}

async function runAtTerminal(prepared: PreparedNode, options: NodeProgramOptions, stop: AbortSignal): Promise<void> {
  const { config, identities, plan } = prepared;
  for (const warning of identities.warnings) console.error(`warning: ${warning}`);
  const others = plan.roles.nodes.filter((name) => name !== config.node).join(', ');
  const display = new ProgressDisplay();
  const observer: NodeObserver = {
    onListening: (port) => console.error(`${config.node} listens on port ${port}`),
    onWaiting: (text) => console.error(text),
    onConnected: () => console.error(`${config.node} is connected with ${others}`),
    onProgress: (progress) => display.update(progress),
    onTrainingLoss: (loss) => display.loss(loss),
  };
  let run: { facts: RunFacts; result: NodeResult };
  try {
    run = await runNode(prepared, observer, stop);
  } finally {
    display.stop();
  }
  const report = buildReport(run.facts, [run.result]);
  printReport(report);
  if (options.report !== undefined) {
    writeReport(resolve(options.report), report);
    console.log(`report written to ${options.report}`);
  }
}

async function runForParent(prepared: PreparedNode, stop: AbortSignal): Promise<void> {
  const addresses = new Promise<ToNode['addresses']>((resolve, reject) => {
    process.once('message', (message: ToNode) => resolve(message.addresses));
    stop.addEventListener('abort', () => reject(new TrefoilError('TREFOIL_ABORTED', `stopped: ${stop.reason}`)));
  });
  tell({ kind: 'prepared' });
  const { config } = prepared;
  const peers = Object.fromEntries(
    Object.entries(await addresses).map(([peer, address]) => [peer, { ...config.peers[peer], address }]),
  );
  let last = 0;
  const observer: NodeObserver = {
    onListening: (port) => tell({ kind: 'listening', port }),
    onWaiting: () => undefined,
    onConnected: () => tell({ kind: 'connected' }),
    onProgress: (progress) => {
      const now = performance.now();
      const isEdge = progress.done === progress.of;
      if (!isEdge && now - last < PROGRESS_MS) return;
      last = now;
      tell({ kind: 'progress', progress });
    },
    onTrainingLoss: (loss) => tell({ kind: 'trainingLoss', loss }),
  };
  const local = { ...prepared, config: { ...config, peers: { ...config.peers, ...peers } } };
  const { facts, result } = await runNode(local, observer, stop);
  tell({ kind: 'finished', publicSeed: facts.publicSeed, result });
}
