/**
 * One node's run of a job, from its connections to its result. Nothing is written before every node has finished.
 * @module
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { ALIGNMENT } from '../../alignment/messages.ts';
import type { Fills } from '../../encoding/missing.ts';
import { TrefoilError } from '../../errors.ts';
import { isOutput } from '../../plan/outputs/catalogue.ts';
import { fillOutput } from '../../plan/outputs/fills.ts';
import { UNCLIPPED } from '../../plan/outputs/unclipped.ts';
import type { Plan } from '../../plan/plan.ts';
import { createOffer } from '../../prg/session-keys.ts';
import { RowSampler } from '../../privacy/noise/row-sampler.ts';
import type { Node, Outcome, Progress } from '../../runtime/node.ts';
import { type Booked, Profile } from '../../runtime/profile/profile.ts';
import { openSession, runRole } from '../../runtime/session.ts';
import type { Mesh } from '../../transport/mesh.ts';
import { type Alignment, alignNode } from '../alignment/align-node.ts';
import { type AlignedRows, keysToAlign } from '../alignment/aligned-job.ts';
import type { AlignmentObserver } from '../alignment/run-alignment.ts';
import { agreementOnRows, toldPlan } from '../alignment/told-rows.ts';
import { agreementOf, withContributions } from '../file/agreement.ts';
import { holdingOf } from '../file/column-owners.ts';
import { type Job, totalRows } from '../file/job.ts';
import { buildModel } from '../model/build-model.ts';
import type { Model } from '../model/model-file.ts';
import { rawParametersOf } from '../model/raw-parameters.ts';
import { foldQualities, qualityOf } from '../report/quality.ts';
import { gateFindings } from '../report/release-report.ts';
import { countedBytes, type NodeResult, type RunFacts } from '../report/report.ts';
import { resolutionWarnings } from '../report/resolution-warnings.ts';
import { auditOf } from './auditor.ts';
import type { Connect } from './connect.ts';
import { fillsOf, pooledOf } from './fills.ts';
import { type NodeRun, RunRecord } from './node-run.ts';
import type { OwnRecords } from './own-records.ts';
import { layersOf, ownerInputs, parametersOf, scalingOf } from './owner.ts';
import type { PartyLedger } from './party-ledger.ts';
import type { PreparedNode } from './prepare.ts';

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

/**
 * Runs the node to its end over the connections that `connect` makes, or tells every peer why not, and keeps what it leaves. `stop` ends
 * the run from outside.
 */
export async function runNode(
  prepared: PreparedNode,
  connect: Connect,
  observer: NodeObserver,
  stop: AbortSignal,
): Promise<NodeRun> {
  const record = new RunRecord(prepared, prepared.warnings);
  try {
    const { facts, result, model, rows } = await takePart(prepared, connect, record, observer, stop);
    return record.finish(facts, result, model, rows);
  } catch (error) {
    record.warnings.push(...voided(prepared.ledger));
    return record.fail(knownError(prepared.self, error));
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
  readonly rows: AlignedRows | undefined;
}

async function takePart(
  prepared: PreparedNode,
  connect: Connect,
  record: RunRecord,
  observer: NodeObserver,
  stop: AbortSignal,
): Promise<Ended> {
  const { self } = prepared;
  const clock = new PhaseClock();
  const alignment = await alignedWith(prepared, connect, observer, clock, stop);
  const aligned = alignment?.aligned;
  const isAligning = keysToAlign(prepared.planned.job) !== undefined;
  const { planned: expected, records } = aligned ?? prepared;
  record.planned = expected;
  const inputsFor = (job: Job) => ownerInputs(job, records, samplerOf(job, records), holdingOf(job, self));
  const inputs = inputsFor(expected.job); // Sums over all records are taken now, while no peer waits.
  const offer = createOffer();
  const agreement = isAligning
    ? agreementOnRows(prepared.planned, aligned?.planned)
    : agreementOf(expected.job, expected.digests.plan);
  const mesh = await connect.run({
    ...{ plan: expected.plan, offer, observer, stop },
    agreement: withContributions(agreement, expected.job, prepared.contributions?.digests),
  });
  clock.mark('connecting');
  observer.onConnected();
  try {
    const planned = isAligning && aligned === undefined ? toldPlan(expected, mesh.offers) : expected;
    record.planned = planned;
    const { job, plan } = planned;
    const agreed = JSON.stringify((isAligning ? agreementOnRows(prepared.planned, planned) : agreement).items);
    const node = { ...prepared, planned, records, inputs: planned === expected ? inputs : inputsFor(job) };
    const work = runOver(node, record, mesh, offer, observer, clock, agreed);
    const { outcome, seed, trainingLoss, validation, booked } = await Promise.race([work, mesh.failed]);
    await mesh.close();
    clock.mark('closing');
    const facts: RunFacts = { ...record.facts, publicSeed: bytesToHex(seed) };
    const model = modelOf(node, outcome, facts);
    const unclipped = outcome.revealed.get(UNCLIPPED);
    record.warnings.push(
      ...resolutionWarnings(job, { ...plan, sessions: outcome.sessions }, outcome.revealed, {
        trainingLoss,
        validation,
      }),
    );
    const fills = fillsLearnt(job, outcome);
    const folds = foldQualities(job, outcome.revealed);
    const result: NodeResult = {
      node: self,
      quality: qualityOf(job, outcome.revealed),
      ...(folds === undefined ? {} : { folds }),
      ...(fills === undefined ? {} : { fills }),
      ...(unclipped === undefined ? {} : { unclippedShare: unclipped[0] / sampledRows(plan) }),
      trainingLoss,
      validation,
      sessions: outcome.sessions,
      ...(model === undefined
        ? {}
        : { parameters: parametersOf(outcome.revealed), rawParameters: rawParametersOf(job, outcome.revealed) }),
      ...(outcome.advantage === undefined ? {} : { gate: gateFindings(outcome.advantage, outcome.revealed) }),
      seconds: clock.seconds,
      ...(alignment === undefined ? {} : { alignment: alignment.cost }),
      rounds: outcome.rounds,
      bytes: countedBytes(mesh.links.values()),
      ...(booked === undefined ? {} : { profile: booked }),
      warnings: record.warnings,
    };
    return { facts, result, model, rows: aligned?.rows };
  } catch (error) {
    const known = knownError(self, error);
    await mesh.abort(known);
    throw known;
  }
}

/** Its rows in the order that all parties have in common, where they have to be found first. */
async function alignedWith(
  { planned, records, alignment }: PreparedNode,
  connect: Connect,
  observer: NodeObserver,
  clock: PhaseClock,
  stop: AbortSignal,
): Promise<Alignment | undefined> {
  if (alignment === undefined) return undefined;
  const onProgress = (_: string, done: number, of: number) =>
    observer.onProgress({ phase: ALIGNMENT, done, of, trainingSteps: 0, ofTrainingSteps: 0 });
  const heard: AlignmentObserver = {
    onListening: (port) => observer.onListening(port),
    onWaiting: (text) => observer.onWaiting(text),
    onConnected: () => clock.mark('connecting'),
    onProgress,
  };
  const aligned = await alignNode({ planned, records, alignment }, connect.align, heard, stop);
  clock.mark(ALIGNMENT);
  return aligned;
}

async function runOver(
  {
    self,
    threads,
    planned: { job, plan },
    records,
    inputs,
    ledger,
    contributions,
  }: PreparedNode & Pick<Node, 'inputs'>,
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
    threads,
    links: mesh.links,
    ...keys,
    inputs,
    audit: (revealed) => auditOf(job, records, revealed, bytesToHex(keys.publicSeed)),
    ...(profile === undefined ? {} : { profile }),
    ...(contributions === undefined ? {} : { shares: contributions.shares }),
    ...spending(ledger, contributions),
    onProgress: (progress) => {
      clock.mark(progress.phase);
      observer.onProgress(progress);
    },
    onRevealed: (name, [value]) => {
      record.learns(name);
      if (name === plan.earlyStopping?.output) validation.push(value);
      if (!isOutput(name, 'training loss')) return;
      trainingLoss.push(value);
      observer.onTrainingLoss(value, trainingLoss.length);
    },
  });
  return { outcome, seed: keys.publicSeed, trainingLoss, validation, booked: profile?.read() };
}

/** What is written before anything leaves that an output needs. */
function spending(
  ledger: PreparedNode['ledger'],
  contributions: PreparedNode['contributions'],
): Pick<Node, 'beforeOutputs'> {
  if (ledger === undefined && contributions === undefined) return {};
  return {
    beforeOutputs: () => {
      contributions?.spend();
      ledger?.charge();
    },
  };
}

/** Rows that steps take in all, as far as that is public: what they are expected to. */
const sampledRows = ({ training: { batch, stepsPerEpoch, epochs } }: Plan) => batch * stepsPerEpoch * epochs;

/** Coins of this owner alone, where owners sample their rows. */
function samplerOf(job: Job, { train }: OwnRecords): RowSampler | undefined {
  if (job.privacy?.sampling !== 'poisson' || train === undefined) return undefined;
  return new RowSampler({ expected: job.training.batch, rows: totalRows(job, 'train') }, train.rows);
}

/** Absent where there are none, or at a node that learns none. */
function fillsLearnt(job: Job, { revealed }: Outcome): Fills | undefined {
  const pooled = pooledOf(job);
  const isLearnt = pooled.some(({ name, fill }) => revealed.has(fillOutput(fill, name)));
  return isLearnt ? fillsOf(pooled, revealed) : undefined;
}

function modelOf(
  { planned: { job, digests } }: PreparedNode,
  { revealed }: Outcome,
  facts: RunFacts,
): Model | undefined {
  const layers = layersOf(revealed);
  if (layers.length === 0) return undefined;
  const trained = { layers, scaling: scalingOf(job, revealed), fills: fillsOf(pooledOf(job), revealed) };
  return buildModel(job, trained, { digests, trefoil: facts.trefoil, created: new Date() });
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
