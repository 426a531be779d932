/**
 * An audit of a job: attacks on federated learning of its model, on a Trefoil run of it, and on one with privacy.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ExposedRecord } from '../../audit/membership/exposure.ts';
import type { Parameters } from '../../audit/models/network.ts';
import { attackFederated } from '../../audit/reconstruction/reconstruct.ts';
import type { AuditReport } from '../../audit/report/audit-report.ts';
import { contradictions } from '../../audit/report/verdict.ts';
import { TrefoilError } from '../../errors.ts';
import { shortFormOf } from '../../graph/layers/short-form.ts';
import { layerShapes } from '../../graph/mlp.ts';
import { type Run, startRun } from '../../run.ts';
import { throwIfStopped, withStop } from '../../stopping.ts';
import { programVersion } from '../../version.ts';
import { keysToAlign } from '../alignment/aligned-job.ts';
import { auditSubject, plainTrainingOf } from '../audit/audit-subject.ts';
import { auditedBudget } from '../audit/audited-budget.ts';
import { auditedMembership } from '../audit/audited-membership.ts';
import { auditViews } from '../audit/audited-views.ts';
import { withKnownFills } from '../audit/known-fills.ts';
import type { Job } from '../file/job.ts';
import { type PlannedJob, plannedOf } from '../file/planned-job.ts';
import { architectureOf } from '../file/task.ts';
import { REPLACEABLE, type Tell, type TrainingEvent } from '../node/training-event.ts';
import { allRecords } from './all-records.ts';
import type { Rehearsed } from './rehearsed.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { ownersOfOptions, type RehearsalOptions, type RehearsedRecords, rehearse } from './train-locally.ts';

export interface AuditOptions extends RehearsedRecords, Pick<RehearsalOptions, 'processes'> {
  /** True: fewer and shorter attacks, so that minutes become seconds. False, which is the default: all attacks in full. */
  readonly quick?: boolean;
  /** Repeats the attacks of an earlier audit, whose report has it. */
  readonly seed?: string;
  /** Stops the audit. The result then rejects with `TREFOIL_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** Beside what training tells: each part of the audit as it begins. */
export type AuditEvent = { readonly kind: 'stage'; readonly name: string } | TrainingEvent;

/** What an audit found. */
export interface Audit {
  readonly report: AuditReport;
  /** The rows of each owner's training records that an adversary is surest were in the training. They are for that owner's eyes alone. */
  readonly exposed: ReadonlyMap<string, readonly ExposedRecord[]>;
  /** What contradicts what was proved. Where there is anything, do not release the model. */
  readonly contradictions: readonly string[];
}

/**
 * Attacks a job on this machine, which sees the records of all its parties.
 * @example
 * const { report } = await audit(loadJob('job.yaml'), { configs: 'parties', quick: true }).result;
 */
export function audit(job: Job | PlannedJob, options: AuditOptions): Run<AuditEvent, Audit> {
  return startRun<AuditEvent, Audit>(
    (tell) =>
      withStop(options.signal, async (stop) => {
        const planned = plannedOf(job);
        return auditJob({ ...options, planned, nodes: ownersOfOptions(planned.job, options).nodes }, tell, stop);
      }),
    ...REPLACEABLE,
  );
}

export interface AuditSetting extends Pick<AuditOptions, 'quick' | 'seed' | 'processes'> {
  readonly planned: PlannedJob;
  readonly nodes: ReadonlyMap<string, Rehearsed>;
  readonly jobFile?: string;
}

/** Runs all attacks, one after the other. */
export async function auditJob(
  setting: AuditSetting,
  tell: (event: AuditEvent) => void,
  stop: AbortSignal,
): Promise<Audit> {
  const { planned, nodes, quick: isQuick = false, seed = bytesToHex(randomBytes(16)) } = setting;
  const { digests } = planned;
  requireRowsAsTheyLie(planned.job);
  requireModel(planned.job);
  const stages = new Stages(tell, stop);
  const { job, owners } = withKnownFills(planned.job, await allRecords(planned.job, nodes));
  const subject = auditSubject(job, owners);
  const released = await stages.time('a run of Trefoil to attack its model', () => releasedModel(setting, tell, stop));
  const { initial, learningRate } = plainTrainingOf(job);
  const reconstruction = await stages.time('attacks on federated learning', (onProgress) =>
    attackFederated({
      ...subject,
      owners: subject.owners.map(({ train }) => train),
      ...{ initial, rate: learningRate.initial, seed, isQuick, onProgress },
    }),
  );
  const views = await stages.time('recorded runs of Trefoil', (onProgress) =>
    auditViews({ job, owners, seed, isQuick, stop, onProgress }),
  );
  const { systems, exposed } = await stages.time('membership attacks', (onProgress) =>
    auditedMembership({
      ...{ job, subject, budget: auditedBudget(job), seed, isQuick, onTrained: onProgress },
      ...(released === undefined ? {} : { released }),
    }),
  );
  const report: AuditReport = {
    ...{ format: 'trefoil-audit', version: 1, created: new Date().toISOString(), trefoil: programVersion() },
    job: { name: job.name, digest: digests.job, trust: job.trust, model: modelInWords(job) },
    ...{ seed, isQuick, seconds: stages.seconds, reconstruction, views, membership: systems },
  };
  return { report, exposed, contradictions: contradictions(report) };
}

/** An audit reads the files of the parties, and does not bring their rows together. */
function requireRowsAsTheyLie(job: Job): void {
  if (job.contributors !== undefined) {
    const says =
      'an audit attacks with the records of three parties: leave contributors out of the job that is audited';
    throw new TrefoilError('TREFOIL_USAGE', `${says}, and give a party their rows`);
  }
  if (keysToAlign(job) === undefined) return;
  const says = 'an audit does not align rows: bring the rows of all files into one order';
  throw new TrefoilError('TREFOIL_USAGE', `${says}, and audit the job with alignment: same-order`);
}

/** Attacks are on a model, and folds release none. */
function requireModel(job: Job): void {
  if (job.training.folds === undefined) return;
  const says = 'an audit attacks what a training lets out, and a job with training.folds releases no model';
  throw new TrefoilError('TREFOIL_USAGE', `${says}: audit the job that trains on all rows, without folds`);
}

/** The model of a real run of the job, whose outputs go nowhere else; none where the job reveals no model. */
async function releasedModel(
  { planned, nodes, jobFile, processes = 'one' }: AuditSetting,
  tell: Tell,
  stop: AbortSignal,
): Promise<Parameters | undefined> {
  const output = await temporaryFolder('trefoil-audit-');
  try {
    // Nothing of an audit is released, so that nothing is spent either.
    const rehearsed = [...nodes].map(([name, node]) => {
      return [name, { ...node, output: [output], privacy: { ...node.privacy, isStated: false } }] as const;
    });
    const file = jobFile === undefined ? {} : { jobFile };
    const { results } = await rehearse({ planned, nodes: new Map(rehearsed), processes, ...file }, tell, stop);
    const parameters = results.find((result) => result.parameters !== undefined)?.parameters;
    return parameters && inLayers(layerShapes(architectureOf(planned.job)), parameters);
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** Weights, then bias, layer by layer. */
function inLayers(shapes: ReturnType<typeof layerShapes>, numbers: Float64Array): Parameters {
  let at = 0;
  const next = (count: number) => {
    at += count;
    return numbers.slice(at - count, at);
  };
  return shapes.map(({ rows, cols }) => ({ weights: next(rows * cols), bias: next(cols) }));
}

function modelInWords({ data, model }: Job): string {
  const inputs = `${data.features.length} features`;
  const form = shortFormOf(model.layers);
  const widths = [data.features.length, ...(form?.hidden ?? []), data.classes?.length ?? 1].join('-');
  const words: Readonly<Record<typeof model.type, string>> = {
    logistic: `logistic regression of ${inputs}`,
    mlp: `a network ${form === undefined ? `of ${model.layers.length + 1} layers` : widths} with ${model.output} output`,
  };
  return words[model.type];
}

/** What an audit does one after the other, with the time that each takes. */
class Stages {
  readonly seconds: Record<string, number> = {};
  readonly #tell: (event: AuditEvent) => void;
  readonly #stop: AbortSignal;

  constructor(tell: (event: AuditEvent) => void, stop: AbortSignal) {
    this.#tell = tell;
    this.#stop = stop;
  }

  async time<T>(name: string, work: (onProgress: (done: number, of: number) => void) => Promise<T> | T): Promise<T> {
    const begin = performance.now();
    this.#tell({ kind: 'stage', name });
    const result = await work((done, of) => {
      throwIfStopped(this.#stop);
      this.#tell({ kind: 'progress', phase: name, done, of, trainingSteps: 0, ofTrainingSteps: 0 });
    });
    this.seconds[name] = (performance.now() - begin) / 1000;
    return result;
  }
}
