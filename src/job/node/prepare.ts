/**
 * What a node does before any peer is contacted: it reads and checks everything of its own, and says all that is wrong together.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import { epsilonOf } from '../../privacy/accounting/accountant.ts';
import { loadIdentities } from '../../transport/identity.ts';
import { type PreparedAlignment, prepareToAlign } from '../alignment/prepare-alignment.ts';
import { type OpenedContributions, openContributions } from '../contribution/open-contributions.ts';
import { type Job, type NodeConfig, nodesOf, ownersOf, type RowKind } from '../file/job.ts';
import { type PlannedJob, plannedOf } from '../file/planned-job.ts';
import { alarmWarning } from './alarm-history.ts';
import { coarseRecords } from './coarse-records.ts';
import type { ReachableNode } from './connect.ts';
import { KINDS } from './data-files.ts';
import { allOrEveryProblem } from './every-problem.ts';
import { checkPlaces } from './keep-run.ts';
import { Loading, type OnLoading } from './loading-progress.ts';
import { machineRoom } from './machine-room.ts';
import { checkNodeConfig } from './node-config.ts';
import { type OwnRecords, OwnTables } from './own-records.ts';
import { openLedger, type PartyLedger } from './party-ledger.ts';
import { resultBytes } from './result-size.ts';

/** A node whose own files are in order. */
export interface PreparedNode {
  readonly self: string;
  readonly planned: PlannedJob;
  readonly records: OwnRecords;
  /** Where its rows are to be found in those of others before it trains. */
  readonly alignment?: PreparedAlignment;
  /** Has room for the job. */
  readonly ledger?: PartyLedger;
  /** What an evaluator has of owners that run no node. */
  readonly contributions?: OpenedContributions;
  /** Folders for its results: the first one that can be written takes them. */
  readonly places: readonly string[];
  /** Threads that compute its matrix products, at least one. */
  readonly threads: number;
  /** What its operator should know before the run. */
  readonly warnings: readonly string[];
}

/** One that meets its peers over a network. */
export type PreparedPeer = PreparedNode & ReachableNode;

export interface Preparation {
  readonly config: NodeConfig;
  readonly job: Job | PlannedJob;
  /** Hears how far the reading is, where that takes long. */
  readonly onLoading: OnLoading;
  /** Hears of records that do not fit the job, at a node that could meet its peers. What it does is waited for. */
  readonly onMismatch?: (node: ReachableNode, failure: TrefoilError) => Promise<void>;
  /** True: the node has a throw-away identity, and shares its machine with all others. False: it is one of a real run. */
  readonly isRehearsal: boolean;
}

/** Reads and checks everything of this node's own. Throws one error with all problems of all files. */
export async function prepareNode({
  config,
  job: given,
  onLoading,
  onMismatch,
  isRehearsal,
}: Preparation): Promise<PreparedPeer> {
  const job = 'plan' in given ? given.job : given;
  const peers = nodesOf(job).filter((name) => name !== config.node && Object.hasOwn(config.peers, name));
  const certificates = Object.fromEntries(peers.map((peer) => [peer, config.peers[peer].certificate]));
  const read = reader(config, job, onLoading);
  const own = [
    attempt(() => checkNodeConfig(config, job)),
    attempt(() => plannedOf(given)),
    loadIdentities(config.node, config.identity.certificate.replace(/\.crt$/, ''), certificates),
  ] as const;
  const [, planned, identities, places, train, test, validation, alignment] = await allOrEveryProblem([
    ...own,
    attempt(() => checkPlaces(config.output, job.name, resultBytes(job, config.node))),
    read('train'),
    read('test'),
    read('validation'),
    prepareToAlign(config, job),
  ]).catch(async (error: unknown) => {
    const [, plan, known] = await Promise.all(own).catch(() => []);
    if (error instanceof TrefoilError && plan !== undefined && known !== undefined)
      await onMismatch?.({ self: config.node, config, planned: plan, identities: known }, error);
    throw error;
  });
  const records = { ...train, ...test, ...validation };
  const contributions = await openContributions(config, planned, isRehearsal);
  const ledger = await openLedger(config, planned, isRehearsal, epsilonOf);
  ledger?.check();
  return {
    self: config.node,
    config,
    planned,
    records,
    ...(alignment === undefined ? {} : { alignment }),
    identities,
    places: config.output,
    threads: config.threads,
    ...(ledger === undefined ? {} : { ledger }),
    ...(contributions === undefined ? {} : { contributions }),
    warnings: [
      ...(contributions?.warnings ?? []),
      ...identities.warnings,
      ...places,
      // In a rehearsal all nodes share the machine, which is looked at before they start.
      ...(isRehearsal ? [] : machineRoom(job, planned.plan, [config.node], { [config.node]: config.data })),
      ...alarmWarning(config.output, { name: job.name, digest: planned.digests.job }),
      ...coarseRecords(job, config.node, records),
    ],
  };
}

type Sources = Pick<NodeConfig, 'node' | 'data' | 'table'>;

/** The rows that a node has of each kind. Throws `TREFOIL_DATA` with every problem of all files. */
export async function readRecords(from: Sources, job: Job, onLoading: OnLoading): Promise<OwnRecords> {
  return Object.assign({}, ...(await allOrEveryProblem(KINDS.map(reader(from, job, onLoading)))));
}

/** Reads the rows of one kind, if the node has any. */
function reader(
  { node, data, table }: Sources,
  job: Job,
  onLoading: OnLoading,
): (kind: RowKind) => Promise<OwnRecords> {
  const party = ownersOf(job).find(({ name }) => name === node);
  const loading = new Loading(party === undefined ? 0 : party.train + party.test + party.validation, onLoading);
  const tables = new OwnTables(job, { party: node, table }, data);
  return (kind) => tables.read(kind, (done) => loading.advance(kind, done));
}

const attempt = async <T>(action: () => T): Promise<T> => action();
