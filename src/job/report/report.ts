/**
 * What a run reports: how good the model is, what privacy cost, and who learnt what.
 * @module
 */
import type { Class } from '../../data/records.ts';
import type { Fills } from '../../encoding/missing.ts';
import { METRIC_NAMES, METRICS } from '../../plan/outputs/metrics.ts';
import { validationValue } from '../../plan/outputs/validation.ts';
import type { Plan, Session } from '../../plan/plan.ts';
import { planCost, type TrafficKind } from '../../plan/quote/cost.ts';
import { type OpeningNotice, openingsOf } from '../../plan/quote/openings.ts';
import { bestOf } from '../../runtime/decisions.ts';
import { trainingSteps } from '../../runtime/node.ts';
import type { Booked } from '../../runtime/profile/profile.ts';
import type { Link } from '../../transport/link.ts';
import type { AlignmentCost } from '../alignment/alignment-cost.ts';
import { type Contributor, classesOf, type EarlyStopping, type Job, thresholdOf, totalRows } from '../file/job.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { rowsByOwner } from '../file/row-counts.ts';
import type { Booking } from '../node/party-ledger.ts';
import type { DivergenceReport, Twins } from '../rehearsal/twin.ts';
import { type FoldsReport, foldsOf } from './folds-report.ts';
import { learntBy } from './learnt.ts';
import { type ParityReport, parityOf } from './parity.ts';
import { type PrivacyReport, privacyReport } from './privacy-report.ts';
import { type ProfileReport, profileReport } from './profile-report.ts';
import type { Quality } from './quality.ts';
import { type GateFindings, type ReleaseReport, releaseReport } from './release-report.ts';
import { type Resolution, resolutionOf } from './resolution.ts';

export type Bytes = Readonly<Record<TrafficKind, number>>;

/** What one node knows when its run is over. */
export interface NodeResult {
  readonly node: string;
  readonly quality: Quality;
  /** Of each fold, where this node may see it. */
  readonly folds?: readonly Quality[];
  /** What missing values were filled with, where all parties computed it. */
  readonly fills?: Fills;
  /** Loss of the last batch of each epoch, where this node may see it. */
  readonly trainingLoss: readonly number[];
  /** The part of the rows in steps whose gradient was not clipped, with noise. */
  readonly unclippedShare?: number;
  /** What early stopping decided on, by epoch; a dealer service is told the decisions alone. */
  readonly validation: readonly number[];
  /** The sessions of the plan that ran. */
  readonly sessions: readonly Session[];
  /** Weights, then bias, on standardised features, where this node receives the model. */
  readonly parameters?: Float64Array;
  /** The same in units of the records. */
  readonly rawParameters?: Float64Array;
  readonly modelFile?: string;
  /** What the release gate decided on, where this node learns it. */
  readonly gate?: GateFindings;
  /** Seconds by phase, `connect` first. */
  readonly seconds: Readonly<Record<string, number>>;
  /** What finding its rows took before the run. */
  readonly alignment?: AlignmentCost;
  readonly rounds: number;
  /** Payload sent, by kind. */
  readonly bytes: Bytes;
  /** Where its time went, if that was asked for. */
  readonly profile?: Booked;
  readonly warnings: readonly string[];
}

export interface Cost {
  readonly rounds: number;
  readonly bytes: Readonly<Record<string, Bytes & { readonly total: number }>>;
}

/** What a node's own report has beside what all can report. */
export interface OwnPart {
  readonly node?: string;
  /** The entry of the run in the party's ledger, and what became of it. */
  readonly ledger?: Booking;
}

export interface Report extends OwnPart {
  readonly format: 'trefoil-report';
  readonly version: 1;
  /** The run ended in order. `withheld`: its release gate let no model out. `measured`: it has folds, so that it has metrics and no model. */
  readonly outcome: 'released' | 'withheld' | 'measured';
  readonly created: string;
  readonly trefoil: string;
  readonly job: { readonly name: string; readonly digest: string };
  readonly plan: { readonly digest: string; readonly headroomBits: number };
  readonly trust: Job['trust'];
  readonly parties: Job['parties'];
  /** Owners of records that ran no node, with the rows that each contributed. */
  readonly contributors?: readonly Contributor[];
  readonly steps: number;
  readonly earlyStopping?: {
    readonly metric: EarlyStopping['metric'];
    /** By epoch. */
    readonly values: readonly number[];
    readonly epochs: number;
    /** The epoch whose model is released, from 1. */
    readonly best: number;
    /** The same of the float64 twin, which decides for itself. */
    readonly bestInTheClear?: number;
  };
  /** Absent: the model was trained once. Given: `quality.test` is over all folds together. */
  readonly folds?: FoldsReport;
  /** The rounds of the commonest step. A step that also opens its loss takes one more. */
  readonly roundsPerStep: number;
  /** What a job with a privacy budget promises. */
  readonly privacy?: PrivacyReport;
  /** What the release gate decided. */
  readonly release?: ReleaseReport;
  readonly quality: {
    readonly test: Quality;
    readonly plaintext?: Quality;
    /** The classes of the rows and columns of a confusion matrix, in order. */
    readonly classes?: readonly Class[];
    /** The probability from which a row counts as 1, of a binary label. */
    readonly threshold?: number;
    /** Below these a loss is rounding. */
    readonly resolved: Resolution;
    readonly trainingLoss: readonly number[];
  };
  /** What missing values were filled with, by feature, where all parties computed it. */
  readonly fills?: Fills;
  readonly parity?: ParityReport;
  /** Where the twins part: fixed point in the clear and float64. */
  readonly divergence?: DivergenceReport;
  readonly cost: { readonly planned: Cost; readonly counted: Cost };
  /** What finding the rows in common took before the run, by party. */
  readonly alignment?: Readonly<Record<string, AlignmentCost>>;
  readonly seconds: Readonly<Record<string, number>>;
  /** The time of training alone, as an evaluator saw it. */
  readonly stepsPerSecond?: number;
  readonly openings: readonly OpeningNotice[];
  /** Everything that each party learnt, beside its own records. */
  readonly learnt: Readonly<Record<string, readonly string[]>>;
  readonly models: Readonly<Record<string, string>>;
  /** Where time, rounds and bytes went, if that was asked for. */
  readonly profile?: ProfileReport;
  readonly publicSeed: string;
  readonly warnings: readonly string[];
}

/** What all nodes of a run know of it. */
export interface RunFacts {
  readonly planned: PlannedJob;
  readonly publicSeed: string;
  /** The version of this program. */
  readonly trefoil: string;
}

const KINDS: readonly TrafficKind[] = ['opening', 'input', 'output', 'correction'];

/** Payload bytes that a node's links have sent. */
export function countedBytes(links: Iterable<Link>): Bytes {
  const bytes = { opening: 0, input: 0, output: 0, correction: 0 };
  for (const { sent } of links) for (const kind of KINDS) bytes[kind] += sent[kind];
  return bytes;
}

const withTotal = (bytes: Bytes) => ({ ...bytes, total: KINDS.reduce((sum, kind) => sum + bytes[kind], 0) });

/** One report from the results of the nodes at hand: all of a local run, or the reader's own. */
export function buildReport(facts: RunFacts, results: readonly NodeResult[], twins?: Twins): Report {
  const { job, digests } = facts.planned;
  const plan: Plan = { ...facts.planned.plan, sessions: results[0].sessions };
  const cost = planCost(plan);
  const openings = openingsOf(plan, rowsByOwner(job));
  const stopping = stoppingOf(facts.planned, results, twins);
  // Weights of different epochs have nothing to compare.
  const isComparable = twins !== undefined && stopping?.best === stopping?.bestInTheClear;
  const parity = isComparable ? parityOf(job, results, twins) : undefined;
  // A dealer runs ahead: the time that training took is an evaluator's.
  const timed = results.find(({ rounds }) => rounds > 0);
  const seconds = (timed ?? results[0]).seconds;
  const steps = trainingSteps(plan).total;
  const profile = profileReport(plan, results);
  const threshold = thresholdOf(job);
  const classes = classesOf(job);
  const test: Quality = Object.assign({}, ...results.map(({ quality }) => quality));
  const fills = results.find((result) => result.fills !== undefined)?.fills;
  const privacy = privacyOf(facts.planned, results);
  const release = releaseReport(job, results.find(({ gate }) => gate !== undefined)?.gate);
  const stepPhases = cost.phases.filter((_, i) => plan.phases[plan.sessions[i].phase].trains);
  const trainingSeconds = plan.phases.reduce((sum, { trains, name }) => sum + (trains ? (seconds[name] ?? 0) : 0), 0);
  return {
    format: 'trefoil-report',
    version: 1,
    outcome: outcomeOf(plan),
    created: new Date().toISOString(),
    trefoil: facts.trefoil,
    job: { name: job.name, digest: digests.job },
    plan: { digest: digests.plan, headroomBits: plan.headroomBits },
    trust: job.trust,
    parties: job.parties,
    ...(job.contributors === undefined ? {} : { contributors: job.contributors }),
    steps,
    ...(stopping === undefined ? {} : { earlyStopping: stopping }),
    ...(plan.training.folds === undefined ? {} : { folds: foldsOf(plan.training, results, twins?.float64.folds) }),
    roundsPerStep: [...stepPhases].sort((a, b) => b.repeat - a.repeat)[0]?.rounds ?? 0,
    ...(privacy === undefined ? {} : { privacy }),
    ...(release === undefined ? {} : { release }),
    quality: {
      test,
      ...(twins === undefined ? {} : { plaintext: twins.float64.quality }),
      ...(classes === undefined || !hasMatrix(test) ? {} : { classes }),
      ...(threshold === undefined ? {} : { threshold }),
      resolved: resolutionOf(job, plan),
      trainingLoss: results.find(({ trainingLoss }) => trainingLoss.length > 0)?.trainingLoss ?? [],
    },
    ...(fills === undefined ? {} : { fills }),
    ...(parity === undefined ? {} : { parity }),
    ...(twins?.divergence === undefined ? {} : { divergence: twins.divergence }),
    cost: {
      planned: {
        rounds: cost.rounds,
        bytes: Object.fromEntries(Object.entries(cost.bytes).map(([node, bytes]) => [node, withTotal(bytes)])),
      },
      counted: {
        rounds: results.reduce((most, { rounds }) => Math.max(most, rounds), 0),
        bytes: Object.fromEntries(results.map(({ node, bytes }) => [node, withTotal(bytes)])),
      },
    },
    ...alignmentOf(results),
    seconds,
    ...(timed === undefined || trainingSeconds === 0 ? {} : { stepsPerSecond: steps / trainingSeconds }),
    openings,
    learnt: learntBy(job, openings),
    models: Object.fromEntries(
      results.flatMap(({ node, modelFile }) => (modelFile === undefined ? [] : [[node, modelFile]])),
    ),
    ...(profile === undefined ? {} : { profile }),
    publicSeed: facts.publicSeed,
    warnings: [...new Set(results.flatMap(({ warnings }) => warnings))],
  };
}

function alignmentOf(results: readonly NodeResult[]): Pick<Report, 'alignment'> {
  const costs = results.flatMap(({ node, alignment }) => (alignment === undefined ? [] : [[node, alignment] as const]));
  return costs.length === 0 ? {} : { alignment: Object.fromEntries(costs) };
}

function outcomeOf({ release, training, sessions }: Plan): Report['outcome'] {
  if (training.folds !== undefined) return 'measured';
  return release === undefined || sessions.some(({ when }) => when === 'released') ? 'released' : 'withheld';
}

/** True: some metric is a table by class. False: nothing has to say which classes there are. */
const hasMatrix = (quality: Quality): boolean =>
  METRIC_NAMES.some((metric) => METRICS[metric].form === 'matrix' && quality[metric] !== undefined);

function privacyOf({ job, privacy }: PlannedJob, results: readonly NodeResult[]): Report['privacy'] {
  if (job.privacy === undefined || privacy === undefined) return undefined;
  const [unclipped] = results.flatMap(({ unclippedShare }) => (unclippedShare === undefined ? [] : [unclippedShare]));
  return privacyReport(job, job.privacy, privacy, unclipped);
}

function stoppingOf({ job, plan }: PlannedJob, results: readonly NodeResult[], twins?: Twins): Report['earlyStopping'] {
  const { earlyStopping } = job.training;
  const values = results.find(({ validation }) => validation.length > 0)?.validation;
  if (earlyStopping === undefined || plan.earlyStopping === undefined || values === undefined) return undefined;
  const { better } = plan.earlyStopping;
  const { metric } = earlyStopping;
  const rows = totalRows(job, 'validation');
  return {
    metric,
    values: values.map((value) => validationValue(metric, value, rows)),
    epochs: values.length,
    best: bestOf(values, better) + 1,
    ...(twins === undefined ? {} : { bestInTheClear: bestOf(twins.float64.validation, better) + 1 }),
  };
}
