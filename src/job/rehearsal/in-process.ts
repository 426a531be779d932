/**
 * Runs all nodes of a job in this process: the same engine as everywhere, over memory in place of a network.
 * @module
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { epsilonOf } from '../../privacy/accounting/accountant.ts';
import { MemoryMeeting } from '../../transport/memory-mesh.ts';
import { alignedRecords } from '../alignment/aligned-job.ts';
import { prepareToAlign } from '../alignment/prepare-alignment.ts';
import { openContributions } from '../contribution/open-contributions.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { alarmWarning } from '../node/alarm-history.ts';
import { coarseRecords } from '../node/coarse-records.ts';
import { allOrEveryProblem } from '../node/every-problem.ts';
import { checkPlaces } from '../node/keep-run.ts';
import type { OnLoading } from '../node/loading-progress.ts';
import type { FinishedRun, NodeRun } from '../node/node-run.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { runNode } from '../node/party.ts';
import { openLedger } from '../node/party-ledger.ts';
import { type PreparedNode, readRecords } from '../node/prepare.ts';
import { resultBytes } from '../node/result-size.ts';
import { eventObserver, type Tell } from '../node/training-event.ts';
import { resolutionOf } from '../report/resolution.ts';
import type { Rehearsed } from './rehearsed.ts';
import { type RehearsedContributors, sealInFolder } from './rehearsed-contributions.ts';
import { rootCause } from './root-cause.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface InProcessRun {
  readonly runs: readonly FinishedRun[];
  /** In the order of the job: parties, then contributors. */
  readonly owners: readonly OwnRecords[];
}

/** As they were trained on. */
const trainedOn = ({ records }: PreparedNode, run: NodeRun): OwnRecords =>
  'rows' in run && run.rows !== undefined ? alignedRecords(records, run.rows) : records;

/** Nodes take turns: each yields where it waits, and a long computation in slices of some milliseconds. */
export async function runInProcess(
  planned: PlannedJob,
  rehearsed: ReadonlyMap<string, Rehearsed>,
  tell: Tell,
  stop: AbortSignal,
  isProfiled: boolean,
  contributors: RehearsedContributors = new Map(),
): Promise<InProcessRun> {
  const { job, plan } = planned;
  const { nodes, parties } = plan.roles;
  const folder = contributors.size === 0 ? undefined : await temporaryFolder('trefoil-');
  const { prepared, contributed } = await prepareAll(planned, rehearsed, contributors, folder, tell).finally(() =>
    folder === undefined ? undefined : rm(folder, { recursive: true, force: true }),
  );
  for (const warning of new Set(prepared.flatMap(({ warnings }) => warnings))) tell({ kind: 'warning', text: warning });
  // The first failure ends all.
  const ending = new AbortController();
  const end = () => ending.abort(stop.reason);
  if (stop.aborted) end();
  stop.addEventListener('abort', end, { once: true });
  const [meeting, alignment] = [new MemoryMeeting(nodes), new MemoryMeeting(parties)];
  const resolved = resolutionOf(job, plan).trainingLoss;
  try {
    const runs = await Promise.all(
      prepared.map(async (node) => {
        // One node speaks for all, an evaluator; but it need not be one that learns the loss.
        const say: Tell = (event) => {
          if (node.self === nodes.at(-1) || event.kind === 'training loss') tell(event);
        };
        const peers = nodes.filter((name) => name !== node.self);
        const observer = eventObserver(node.self, peers, say, { isProfiled, resolved });
        const run = await runNode(
          node,
          {
            run: ({ offer, agreement: { items }, stop }) => meeting.connect(node.self, { ...offer, items }, stop),
            align: ({ offer, stop }) => alignment.connect(node.self, offer, stop),
          },
          observer,
          ending.signal,
        );
        if ('failure' in run) ending.abort(`the failure of ${node.self}`);
        return run;
      }),
    );
    const failures = runs.flatMap((run) => ('failure' in run ? [run.failure] : []));
    if (stop.aborted) throw new TrefoilError('TREFOIL_ABORTED', `stopped by ${stop.reason}`);
    if (failures.length > 0) throw rootCause(failures);
    return {
      runs: runs.flatMap((run) => ('failure' in run ? [] : [run])),
      owners: [
        ...parties.map((name) => {
          const at = prepared.findIndex(({ self }) => self === name);
          return at < 0 ? {} : trainedOn(prepared[at], runs[at]);
        }),
        ...contributed,
      ],
    };
  } finally {
    stop.removeEventListener('abort', end);
  }
}

/** All nodes; what contributors give lies in `folder` until these have read it. */
async function prepareAll(
  planned: PlannedJob,
  rehearsed: ReadonlyMap<string, Rehearsed>,
  contributors: RehearsedContributors,
  folder: string | undefined,
  tell: Tell,
): Promise<{ readonly prepared: readonly PreparedNode[]; readonly contributed: readonly OwnRecords[] }> {
  const sealed = folder === undefined ? undefined : await sealInFolder(planned, contributors, folder);
  const prepared = await allOrEveryProblem(
    [...rehearsed].map(async ([name, node]) => {
      const own = await prepare(name, node, planned, tell);
      if (sealed === undefined || folder === undefined) return own;
      const identity = { key: join(folder, `${name}.key`), certificate: join(folder, `${name}.crt`) };
      const given = { node: name, identity, contributions: sealed.contributions };
      const contributions = await openContributions(given, planned, true);
      return contributions === undefined ? own : { ...own, contributions };
    }),
  );
  return { prepared, contributed: sealed?.records ?? [] };
}

async function prepare(name: string, node: Rehearsed, planned: PlannedJob, tell: Tell): Promise<PreparedNode> {
  const { job, digests } = planned;
  const { data, table, output } = node;
  const places = output.length === 0 ? [] : checkPlaces(output, job.name, resultBytes(job, name));
  const onLoading: OnLoading = (done, of) => tell({ kind: 'loading', done, of });
  const records = await readRecords(
    { node: name, data, ...(table === undefined ? {} : { table }) },
    job,
    onLoading,
  ).catch((error: unknown) => {
    if (!(error instanceof TrefoilError)) throw error;
    const [what] = error.message.split('\n');
    throw new TrefoilError(
      error.code,
      `${name}: ${what}`,
      error.problems.length > 1 || what.endsWith(':') ? { problems: error.problems } : {},
    );
  });
  const alignment = await prepareToAlign({ node: name, ...node }, job);
  const ledger = await openLedger({ node: name, ...node }, planned, true, epsilonOf);
  ledger?.check();
  return {
    self: name,
    planned,
    records,
    ...(alignment === undefined ? {} : { alignment }),
    ...(ledger === undefined ? {} : { ledger }),
    places: output,
    threads: 1,
    warnings: [
      ...places,
      ...alarmWarning(output, { name: job.name, digest: digests.job }),
      ...coarseRecords(job, name, records),
    ],
  };
}
