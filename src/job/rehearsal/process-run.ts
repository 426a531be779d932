/**
 * Runs all nodes of a job as processes of this machine, and finds the root of what went wrong when something does.
 * @module
 */

import type { TrefoilError } from '../../errors.ts';
import { stopped } from '../../stopping.ts';
import { DEALER } from '../../trust/modes.ts';
import type { AlignedRows } from '../alignment/aligned-job.ts';
import { type Job, nodesOf } from '../file/job.ts';
import type { KeptRun } from '../node/keep-run.ts';
import type { Tell } from '../node/training-event.ts';
import type { NodeResult } from '../report/report.ts';
import type { FromNode } from './node-messages.ts';
import { LocalNode } from './node-process.ts';
import type { RehearsalFolder } from './rehearsal-folder.ts';
import { rootCause } from './root-cause.ts';

/** After a first failure the other nodes have this long to say what they saw. */
const SETTLE_MS = 2000;

export interface LocalRun {
  readonly results: NodeResult[];
  /** By node. */
  readonly kept: ReadonlyMap<string, KeptRun>;
  readonly publicSeed: string;
  /** By party, where its rows were aligned: those of its own files that were trained on. */
  readonly rows: ReadonlyMap<string, AlignedRows>;
}

/** Starts all nodes, lets them connect in order, and waits for all results; stops all of them whatever happens. */
export async function runNodes(
  job: Job,
  rehearsal: RehearsalFolder,
  tell: Tell,
  stop: AbortSignal,
  isProfiled = false,
): Promise<LocalRun> {
  const stopping = stopped(stop);
  const loaded = new LoadedRows(job, tell);
  const nodes = nodesOf(job).map((name, i, names) => {
    const onMessage = (message: FromNode) => {
      if (message.kind === 'training loss') tell(message);
      if (message.kind === 'loading') loaded.tell(name, message);
      // One node speaks for all: an evaluator.
      if (message.kind === 'progress' && i === names.length - 1) tell(message);
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
      rows: new Map(finished.flatMap(({ result, rows }) => (rows === undefined ? [] : [[result.node, rows]]))),
    };
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

/** Rows that all nodes have read together. */
class LoadedRows {
  readonly #of: number;
  readonly #tell: Tell;
  readonly #done = new Map<string, number>();

  constructor({ parties }: Job, tell: Tell) {
    this.#of = parties.reduce((sum, { train, test, validation }) => sum + train + test + validation, 0);
    this.#tell = tell;
  }

  tell(node: string, { done }: { readonly done: number }): void {
    this.#done.set(node, done);
    const all = [...this.#done.values()].reduce((sum, each) => sum + each, 0);
    this.#tell({ kind: 'loading', done: all, of: this.#of });
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
