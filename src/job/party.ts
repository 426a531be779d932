/**
 * One node's run of a job, from its files to its result. Everything that can be wrong with its own files is said before any peer is
 * contacted; nothing is written before every node has finished.
 * @module
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { sourceOf } from '../data/source.ts';
import { TrefoilError } from '../errors.ts';
import { largestMessage } from '../plan/cost.ts';
import type { Plan, TrustMode } from '../plan/plan.ts';
import { longestSilence } from '../plan/work.ts';
import { createOffer } from '../prg/session-keys.ts';
import { epsilonOf } from '../privacy/accountant.ts';
import { RowSampler } from '../privacy/row-sampler.ts';
import { ALARM_PHASE } from '../runtime/alarm.ts';
import { type Outcome, type Progress, trainingSteps } from '../runtime/node.ts';
import { type Booked, Profile } from '../runtime/profile.ts';
import { openSession, runRole } from '../runtime/session.ts';
import type { Describe } from '../transport/faults.ts';
import { type LoadedIdentities, loadIdentities } from '../transport/identity.ts';
import { connectMesh, type Mesh } from '../transport/mesh.ts';
import { agreementOf } from './agreement.ts';
import { alarmWarning } from './alarm-history.ts';
import { auditOf } from './auditor.ts';
import { buildModel } from './build-model.ts';
import { coarseRecords } from './coarse-records.ts';
import { jobDigest } from './digest.ts';
import { loadJob } from './job-file.ts';
import { checkPlaces } from './keep-run.ts';
import { Loading, type OnLoading } from './loading.ts';
import { machineRoom } from './machine-room.ts';
import type { Model } from './model-file.ts';
import { checkNodeConfig, loadNodeConfig } from './node-config.ts';
import { type NodeRun, RunRecord } from './node-run.ts';
import { layersOf, type OwnRecords, ownerInputs, parametersOf, qualityOf, recordsWanted, scalingOf } from './owner.ts';
import { openLedger, type PartyLedger } from './party-ledger.ts';
import { type JobPrivacy, privacyOf } from './privacy.ts';
import { rawParametersOf } from './raw-parameters.ts';
import { gateFindings } from './release-report.ts';
import { countedBytes, type NodeResult, type RunFacts } from './report.ts';
import { resolutionWarnings } from './resolution-warnings.ts';
import { resultBytes } from './result-size.ts';
import { type Job, type NodeConfig, nodesOf, type RowKind, totalRows } from './schema.ts';
import { jobPlan } from './task.ts';

export interface NodeObserver {
  onListening(port: number): void;
  onWaiting(text: string): void;
  onConnected(): void;
  onProgress(progress: Progress): void;
  /** The loss at the end of an epoch, counted from 1. */
  onTrainingLoss(loss: number, epoch: number): void;
  /** Whether its time is booked. */
  readonly isProfiled: boolean;
}

/** A node whose own files are in order. */
export interface PreparedNode {
  readonly config: NodeConfig;
  readonly job: Job;
  readonly plan: Plan;
  /** What the job spends of the privacy of its records. */
  readonly privacy?: JobPrivacy;
  readonly records: OwnRecords;
  readonly identities: LoadedIdentities;
  /** Has room for the job. */
  readonly ledger?: PartyLedger;
  /** What its operator should know before the run. */
  readonly warnings: readonly string[];
}

/**
 * Reads and checks everything of this node's own; `onLoading` hears how far it is where that takes long. Throws one error with all problems of all files. In a `rehearsal` the node has a
 * throw-away identity.
 */
export async function prepareNode(
  configFile: string,
  onLoading: OnLoading,
  trust?: TrustMode,
  rehearsal = false,
): Promise<PreparedNode> {
  const config = loadNodeConfig(configFile);
  const job = loadJob(config.job, trust);
  const party = job.parties.find(({ name }) => name === config.node);
  const loading = new Loading(party === undefined ? 0 : party.train + party.test + party.validation, onLoading);
  const read = async (kind: RowKind) => {
    const file = config.data[kind];
    return party === undefined || file === undefined || party[kind] === 0
      ? undefined
      : sourceOf(file).read(recordsWanted(job, party[kind]), (rows) => loading.advance(kind, rows));
  };
  const peers = nodesOf(job).filter((name) => name !== config.node && Object.hasOwn(config.peers, name));
  const certificates = Object.fromEntries(peers.map((peer) => [peer, config.peers[peer].certificate]));
  const [, places, { privacy, plan }, train, test, validation, identities] = await allOrEveryProblem([
    attempt(() => checkNodeConfig(config, job)),
    attempt(() => checkPlaces(config.output, job.name, resultBytes(job, config.node))),
    attempt(() => {
      const privacy = privacyOf(job);
      return { privacy, plan: jobPlan(job, privacy) };
    }),
    read('train'),
    read('test'),
    read('validation'),
    loadIdentities(config.node, config.identity.certificate.replace(/\.crt$/, ''), certificates),
  ]);
  const records = {
    ...(train === undefined ? {} : { train }),
    ...(test === undefined ? {} : { test }),
    ...(validation === undefined ? {} : { validation }),
  };
  const ledger = await openLedger(config, job, privacy, rehearsal, epsilonOf);
  ledger?.check();
  return {
    config,
    job,
    plan,
    ...(privacy === undefined ? {} : { privacy }),
    records,
    identities,
    ...(ledger === undefined ? {} : { ledger }),
    warnings: [
      ...identities.warnings,
      ...places,
      // In a rehearsal all nodes share the machine, which is looked at before they start.
      ...(rehearsal ? [] : machineRoom(job, plan, [config.node])),
      ...alarmWarning(config.output, { name: job.name, digest: jobDigest(job) }),
      ...coarseRecords(job, config.node, records),
    ],
  };
}

const attempt = async <T>(action: () => T): Promise<T> => action();

/** All results, or one error with the problems of everything that failed. */
async function allOrEveryProblem<T extends readonly unknown[]>(tasks: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const settled = await Promise.allSettled(tasks);
  const failures = settled.flatMap((task) => (task.status === 'rejected' ? [task.reason as Error] : []));
  if (failures.length === 1) throw failures[0];
  const known = failures.filter((failure) => failure instanceof TrefoilError);
  if (known.length > 0) {
    throw new TrefoilError(known[0].code, 'several files have problems:', {
      problems: known.map(({ message }) => message),
    });
  }
  if (failures.length > 0) throw failures[0];
  return settled.map((task) => (task.status === 'fulfilled' ? task.value : undefined)) as unknown as T;
}

/** Runs the node to its end, or tells every peer why not, and keeps what it leaves. `stop` ends the run from outside. */
export async function runNode(prepared: PreparedNode, observer: NodeObserver, stop: AbortSignal): Promise<NodeRun> {
  const record = new RunRecord(prepared, prepared.warnings);
  try {
    const { facts, result, model } = await takePart(prepared, record, observer, stop);
    return record.finish(facts, result, model);
  } catch (error) {
    record.warnings.push(...voided(prepared.ledger));
    return record.fail(knownError(prepared.config.node, error));
  }
}

/** Gives the budget of a run back that has not come as far as an output. What went wrong with that is a warning. */
function voided(ledger: PartyLedger | undefined): string[] {
  try {
    ledger?.void();
    return [];
  } catch (error) {
    return [`the run counts as spent, though nothing was opened: ${(error as Error).message}`];
  }
}

const knownError = (node: string, error: unknown): TrefoilError =>
  error instanceof TrefoilError
    ? error
    : new TrefoilError('TREFOIL_INTERNAL', `${node} failed: ${(error as Error).message}`, { cause: error });

interface Ended {
  readonly facts: RunFacts;
  readonly result: NodeResult;
  readonly model: Model | undefined;
}

async function takePart(
  prepared: PreparedNode,
  record: RunRecord,
  observer: NodeObserver,
  stop: AbortSignal,
): Promise<Ended> {
  const { config, job, plan, identities } = prepared;
  const offer = createOffer();
  const agreement = agreementOf(job, plan);
  const silenceSeconds = longestSilence(plan);
  const clock = new PhaseClock();
  const mesh = await connectMesh({
    self: config.node,
    order: plan.roles.nodes,
    dealer: plan.roles.dealer,
    dealerIsParty: job.trust === 'honest-majority',
    ...(config.listen === undefined ? {} : { listen: config.listen }),
    peers: Object.fromEntries(
      [...identities.peers].map(([peer, { certificate }]) => [peer, { ...config.peers[peer], certificate }]),
    ),
    identity: identities.identity,
    agreement,
    offer,
    connectSeconds: config.connectSeconds,
    stallSeconds: config.stallSeconds + silenceSeconds,
    silenceSeconds,
    maxMessageBytes: largestMessage(plan),
    describe: describeIn(plan),
    phases: [...plan.phases.map(({ name }) => name), ALARM_PHASE],
    stop,
    onListening: observer.onListening,
    onWaiting: observer.onWaiting,
  });
  clock.mark('connecting');
  observer.onConnected();
  try {
    const work = runOver(prepared, record, mesh, offer, observer, clock, JSON.stringify(agreement.items));
    const { outcome, seed, trainingLoss, validation, booked } = await Promise.race([work, mesh.failed]);
    await mesh.close();
    clock.mark('closing');
    const facts: RunFacts = { ...record.facts, publicSeed: bytesToHex(seed) };
    const model = modelOf(prepared, outcome, facts);
    const unclipped = outcome.revealed.get('unclipped examples');
    record.warnings.push(
      ...resolutionWarnings(job, { ...plan, sessions: outcome.sessions }, outcome.revealed, {
        trainingLoss,
        validation,
      }),
    );
    const result: NodeResult = {
      node: config.node,
      quality: qualityOf(job, outcome.revealed),
      ...(unclipped === undefined ? {} : { unclippedShare: unclipped[0] / sampledRows(plan) }),
      trainingLoss,
      validation,
      sessions: outcome.sessions,
      ...(model === undefined
        ? {}
        : { parameters: parametersOf(outcome.revealed), rawParameters: rawParametersOf(job, outcome.revealed) }),
      ...(outcome.advantage === undefined ? {} : { gate: gateFindings(outcome.advantage, outcome.revealed) }),
      seconds: clock.seconds,
      rounds: outcome.rounds,
      bytes: countedBytes(mesh.links.values()),
      ...(booked === undefined ? {} : { profile: booked }),
      warnings: record.warnings,
    };
    return { facts, result, model };
  } catch (error) {
    const known = knownError(config.node, error);
    await mesh.abort(known);
    throw known;
  }
}

async function runOver(
  { config, job, plan, records, ledger }: PreparedNode,
  record: RunRecord,
  mesh: Mesh,
  offer: ReturnType<typeof createOffer>,
  observer: NodeObserver,
  clock: PhaseClock,
  agreed: string,
): Promise<{
  outcome: Outcome;
  seed: Uint8Array;
  trainingLoss: number[];
  validation: number[];
  booked: Booked | undefined;
}> {
  const self = config.node;
  const keys = await openSession(self, plan.roles, offer, mesh.offers, mesh.links, agreed);
  record.publicSeed = bytesToHex(keys.publicSeed);
  // All have agreed, and nothing that depends on a record has left yet.
  ledger?.intend(bytesToHex(keys.publicSeed));
  const trainingLoss: number[] = [];
  const validation: number[] = [];
  const profile = observer.isProfiled ? new Profile() : undefined;
  const outcome = await runRole({
    self,
    plan,
    threads: config.threads,
    links: mesh.links,
    ...keys,
    inputs: ownerInputs(job, records, samplerOf(job, records)),
    audit: (revealed) => auditOf(job, records, revealed, bytesToHex(keys.publicSeed)),
    ...(profile === undefined ? {} : { profile }),
    ...(ledger === undefined ? {} : { beforeOutputs: () => ledger.charge() }),
    onProgress: (progress) => {
      clock.mark(progress.phase);
      observer.onProgress(progress);
    },
    onRevealed: (name, [value]) => {
      record.learns(name);
      if (name === plan.earlyStopping?.output) validation.push(value);
      if (name !== 'training loss') return;
      trainingLoss.push(value);
      observer.onTrainingLoss(value, trainingLoss.length);
    },
  });
  return { outcome, seed: keys.publicSeed, trainingLoss, validation, booked: profile?.read() };
}

/** Rows that steps take in all, as far as that is public: what they are expected to. */
const sampledRows = ({ training: { batch, stepsPerEpoch, epochs } }: Plan) => batch * stepsPerEpoch * epochs;

/** Coins of this owner alone, where owners sample their rows. */
function samplerOf(job: Job, { train }: OwnRecords): RowSampler | undefined {
  if (job.privacy?.sampling !== 'poisson' || train === undefined) return undefined;
  return new RowSampler({ expected: job.training.batch, rows: totalRows(job, 'train') }, train.rows);
}

/** Phases by their names, steps of training counted over the whole run. */
function describeIn(plan: Plan): Describe {
  const { before } = trainingSteps(plan);
  return ({ phase: session, step, round }) => {
    const phase = plan.phases[plan.sessions[session]?.phase];
    // A peer may send any number.
    if (phase === undefined) return { phase: `${session}`, step: step + 1, round: round + 1 };
    return { phase: phase.name, step: (phase.trains ? before[session] : 0) + step + 1, round: round + 1 };
  };
}

function modelOf({ job }: PreparedNode, { revealed }: Outcome, facts: RunFacts): Model | undefined {
  const layers = layersOf(revealed);
  if (layers.length === 0) return undefined;
  const trained = { layers, scaling: scalingOf(job, revealed) };
  return buildModel(job, trained, { planDigest: facts.planDigest, trefoil: facts.trefoil, created: new Date() });
}

/** Wall-clock seconds by phase. */
class PhaseClock {
  readonly seconds: Record<string, number> = {};
  #last = performance.now();

  /** Books the time since the last mark under `phase`. */
  mark(phase: string): void {
    const now = performance.now();
    this.seconds[phase] = (this.seconds[phase] ?? 0) + (now - this.#last) / 1000;
    this.#last = now;
  }
}
