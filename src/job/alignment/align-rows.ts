/**
 * One party's alignment in a program of its operator's own.
 * @module
 */
import { type Run, startRun } from '../../run.ts';
import { withStop } from '../../stopping.ts';
import type { Job, RowKind } from '../file/job.ts';
import { loadJob } from '../file/job-file.ts';
import { loadNodeConfig, type NodeDescription, nodeConfigFrom } from '../node/node-config.ts';
import { keepAlignment } from './keep-alignment.ts';
import { overTls } from './meet.ts';
import { prepareAlignment } from './prepare-alignment.ts';
import { type AlignmentOutcome, runAlignment } from './run-alignment.ts';

/** What an alignment tells on the way. */
export type AlignmentEvent =
  /** Something that an operator should know before it begins. */
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'listening'; readonly node: string; readonly port: number }
  | { readonly kind: 'waiting'; readonly text: string }
  | { readonly kind: 'connected'; readonly node: string; readonly peers: readonly string[] }
  /** Products of this party on the curve, for rows of one kind. */
  | { readonly kind: 'progress'; readonly rows: RowKind; readonly done: number; readonly of: number };

/** What a party has at the end of an alignment. */
export interface AlignedRows extends AlignmentOutcome {
  /** The lists that were written. */
  readonly files: readonly string[];
}

/** How `alignRows` works: the job in place of the configuration's, and the signal that stops it. */
export interface AlignRowsOptions {
  readonly job?: Job;
  readonly signal?: AbortSignal;
}

/**
 * Finds which of its own rows a party has in common with the others, over TLS, as `trefoil align` does. `config` is the path of the node's configuration, or
 * what that file would say. It writes lists of rows into a new folder. Everything that is wrong with the node's own files is told before any peer
 * is contacted.
 * @example
 * const { kinds } = await alignRows('north.yaml').result;
 */
export function alignRows(
  config: string | NodeDescription,
  { job: given, signal }: AlignRowsOptions = {},
): Run<AlignmentEvent, AlignedRows> {
  const work = async (tell: (event: AlignmentEvent) => void, stop: AbortSignal): Promise<AlignedRows> => {
    const read = typeof config === 'string' ? loadNodeConfig(config, given?.name) : nodeConfigFrom(config, given?.name);
    const job = given ?? loadJob(read.job);
    const prepared = await prepareAlignment(read, job);
    for (const text of prepared.warnings) tell({ kind: 'warning', text });
    const { node } = read;
    const peers = job.parties.flatMap(({ name }) => (name === node ? [] : [name]));
    const observer = {
      onListening: (port: number) => tell({ kind: 'listening', node, port }),
      onWaiting: (text: string) => tell({ kind: 'waiting', text }),
      onConnected: () => tell({ kind: 'connected', node, peers }),
      onProgress: (rows: RowKind, done: number, of: number) => tell({ kind: 'progress', rows, done, of }),
    };
    const outcome = await runAlignment(prepared, overTls(prepared), observer, stop);
    return { ...outcome, files: keepAlignment(read.output, job.name, outcome.kinds) };
  };
  return startRun<AlignmentEvent, AlignedRows>((tell) => withStop(signal, (stop) => work(tell, stop)), 'progress');
}
