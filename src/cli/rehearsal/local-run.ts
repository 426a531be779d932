/**
 * Runs all nodes of a job as processes of this machine, and finds the root of what went wrong when something does.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import { DEALER, type Job, nodesOf } from '../../job/file/job.ts';
import type { KeptRun } from '../../job/node/keep-run.ts';
import type { NodeResult } from '../../job/report/report.ts';
import type { ProgressDisplay } from '../screens/progress.ts';
import { stopped } from '../stop.ts';
import { LocalNode } from './local-node.ts';
import type { FromNode } from './node-messages.ts';
import type { Rehearsal } from './rehearsal.ts';

/** After a first failure the other nodes have this long to say what they saw. */
const SETTLE_MS = 2000;

export interface LocalRun {
  readonly results: NodeResult[];
  /** By node. */
  readonly kept: ReadonlyMap<string, KeptRun>;
  readonly publicSeed: string;
}

/** Starts all nodes, lets them connect in order, and waits for all results; stops all of them whatever happens. */
export async function runNodes(
  job: Job,
  rehearsal: Rehearsal,
  display: ProgressDisplay,
  stop: AbortSignal,
  isProfiled = false,
): Promise<LocalRun> {
  const stopping = stopped(stop);
  const loaded = new LoadedRows(job, display);
  const nodes = nodesOf(job).map((name, i, names) => {
    const onMessage = (message: FromNode) => {
      if (message.kind === 'trainingLoss') display.loss(message.loss, message.epoch, message.resolved);
      if (message.kind === 'loading') loaded.tell(name, message);
      // One node speaks for all: an evaluator.
      if (message.kind === 'progress' && i === names.length - 1) display.update(message.progress);
    };
    const args = ['--rehearsal', '--config', rehearsal.configOf(name), '--trust', job.trust];
    if (isProfiled) args.push('--profile');
    return new LocalNode(name, name === DEALER ? 'dealer' : 'party', args, onMessage);
  });
  try {
    await Promise.race([allOrRootCause(nodes.map((node) => node.said('prepared'))), stopping]);
    await rehearsal.remove();
    const addresses: Record<string, string> = {};
    for (const node of nodes) {
      node.tell({ kind: 'connect', addresses: { ...addresses } });
      if (node === nodes[nodes.length - 1]) break;
      const { port } = await Promise.race([node.said('listening'), stopping]);
      addresses[node.name] = `localhost:${port}`;
    }
    const finished = await Promise.race([allOrRootCause(nodes.map((node) => node.said('finished'))), stopping]);
    return {
      results: finished.map(({ result }) => result),
      kept: new Map(finished.map(({ result, kept }) => [result.node, kept])),
      publicSeed: finished[0].publicSeed,
    };
  } finally {
    display.stop();
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

/** Rows that all nodes have read together. */
class LoadedRows {
  readonly #of: number;
  readonly #display: ProgressDisplay;
  readonly #done = new Map<string, number>();

  constructor({ parties }: Job, display: ProgressDisplay) {
    this.#of = parties.reduce((sum, { train, test, validation }) => sum + train + test + validation, 0);
    this.#display = display;
  }

  tell(node: string, { done }: { readonly done: number }): void {
    this.#done.set(node, done);
    const all = [...this.#done.values()].reduce((sum, each) => sum + each, 0);
    this.#display.loading(all, this.#of);
  }
}

/** All values, or the failure that the others follow from. */
async function allOrRootCause<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const failures: TrefoilError[] = [];
  const noted = promises.map((promise) =>
    promise.catch((error: TrefoilError) => {
      failures.push(error);
      throw error;
    }),
  );
  try {
    return await Promise.all(noted);
  } catch {
    let timer: NodeJS.Timeout | undefined;
    const moment = new Promise((resolve) => {
      timer = setTimeout(resolve, SETTLE_MS);
    });
    await Promise.race([Promise.allSettled(noted), moment]);
    clearTimeout(timer);
    throw rootCause(failures);
  }
}

/** Those that report nobody else's fault, otherwise all of them. */
function rootCause(failures: readonly TrefoilError[]): TrefoilError {
  const own = failures.filter(({ code }) => code !== 'TREFOIL_ABORTED' && code !== 'TREFOIL_PEER');
  const roots = own.length > 0 ? own : failures;
  const problems = [...new Set(roots.map(({ message }) => message))];
  const [{ code, place }] = roots;
  if (problems.length === 1) return roots[0];
  return new TrefoilError(code, own.length > 0 ? 'several nodes have problems:' : 'the nodes report:', {
    problems,
    place,
  });
}
