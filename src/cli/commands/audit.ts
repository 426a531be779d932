/**
 * `trefoil audit JOB`: attacks federated learning of the job's model, a Trefoil run of it, and one with privacy, and writes down what was found.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ExposedRecord } from '../../audit/membership/exposure.ts';
import type { Parameters } from '../../audit/models/network.ts';
import { attackFederated } from '../../audit/reconstruction/reconstruct.ts';
import type { AuditReport } from '../../audit/report/audit-report.ts';
import { auditPage } from '../../audit/report/page.ts';
import { contradictions } from '../../audit/report/verdict.ts';
import { TrefoilError } from '../../errors.ts';
import { layerShapes } from '../../graph/mlp.ts';
import { auditSubject, plainTrainingOf } from '../../job/audit/audit-subject.ts';
import { auditedBudget } from '../../job/audit/audited-budget.ts';
import { auditedMembership } from '../../job/audit/audited-membership.ts';
import { auditViews } from '../../job/audit/audited-views.ts';
import { jobDigest } from '../../job/file/digest.ts';
import type { Job, NodeConfig } from '../../job/file/job.ts';
import { loadJob } from '../../job/file/job-file.ts';
import { architectureOf } from '../../job/file/task.ts';
import { jsonFile, writeKeeping } from '../../job/node/output-file.ts';
import { checkWritable } from '../../job/node/output-folder.ts';
import { allRecords } from '../../job/rehearsal/all-records.ts';
import { loadConfigs } from '../../job/rehearsal/local-configs.ts';
import { runNodes } from '../../job/rehearsal/process-run.ts';
import { Rehearsal } from '../../job/rehearsal/rehearsal-folder.ts';
import { temporaryFolder } from '../../job/rehearsal/temporary-folder.ts';
import type { TrustMode } from '../../plan/plan.ts';
import { throwIfStopped } from '../../stopping.ts';
import { programVersion } from '../../version.ts';
import { printAudit } from '../screens/audit-screen.ts';
import { eventDisplay } from '../screens/event-display.ts';
import { ProgressDisplay } from '../screens/progress.ts';
import { outliveOutput } from '../standard-output.ts';
import { stopOnSignals } from '../stop.ts';

export interface AuditOptions {
  readonly out: string;
  readonly quick: boolean;
  readonly trust?: TrustMode;
  /** Folder with a configuration for each node. */
  readonly configs: string;
  readonly seed?: string;
}

/** Page and report of an audit take less. */
const AUDIT_BYTES = 2 ** 22;

export async function audit(file: string, { out, quick, trust, configs: folder, seed: given }: AuditOptions) {
  outliveOutput();
  const job = loadJob(file, trust);
  const configs = loadConfigs(job, folder);
  const [page, data] = ['audit.html', 'audit.json'].map((name) => join(out, name));
  for (const path of [page, data]) checkWritable(path, AUDIT_BYTES);
  const seed = given ?? bytesToHex(randomBytes(16));
  const { signal: stop } = stopOnSignals();
  const display = new ProgressDisplay();
  const stages = new Stages(display, stop);
  try {
    const owners = await allRecords(job, configs);
    const subject = auditSubject(job, owners);
    const released = await stages.time('a run of Trefoil to attack its model', () =>
      releasedModel(resolve(file), job, configs, display, stop),
    );
    const { initial, learningRate } = plainTrainingOf(job);
    const reconstruction = await stages.time('attacks on federated learning', (onProgress) =>
      attackFederated({
        ...subject,
        owners: subject.owners.map(({ train }) => train),
        ...{ initial, rate: learningRate.initial, seed, isQuick: quick, onProgress },
      }),
    );
    const views = await stages.time('recorded runs of Trefoil', (onProgress) =>
      auditViews({ job, owners, seed, isQuick: quick, stop, onProgress }),
    );
    const { systems, exposed } = await stages.time('membership attacks', (onProgress) =>
      auditedMembership({
        ...{ job, subject, budget: auditedBudget(job), seed, isQuick: quick, onTrained: onProgress },
        ...(released === undefined ? {} : { released }),
      }),
    );
    const report: AuditReport = {
      ...{ format: 'trefoil-audit', version: 1, created: new Date().toISOString(), trefoil: programVersion() },
      job: { name: job.name, digest: jobDigest(job), trust: job.trust, model: modelInWords(job) },
      ...{ seed, isQuick: quick, seconds: stages.seconds, reconstruction, views, membership: systems },
    };
    display.stop();
    // What was found is on the screen even where it can not be written.
    printAudit(report);
    const files = new AuditFiles();
    files.write('report', data, jsonFile(report));
    files.write('page', page, [auditPage(report)]);
    for (const [owner, records] of exposed) {
      files.write('list', join(out, `most-exposed-${owner}.json`), jsonFile(listOf(owner, job, seed, records)));
    }
    files.throw();
    refuse(report);
  } finally {
    display.stop();
  }
}

/** The model of a real run of the job, whose outputs go nowhere else; none where the job reveals no model. */
async function releasedModel(
  jobFile: string,
  job: Job,
  configs: ReadonlyMap<string, NodeConfig>,
  display: ProgressDisplay,
  stop: AbortSignal,
): Promise<Parameters | undefined> {
  const output = await temporaryFolder('trefoil-audit-');
  try {
    // Nothing of an audit is released, so that nothing is spent either.
    const rehearsed = [...configs].map(([name, config]) => {
      return [name, { ...config, output: [output], privacy: { ...config.privacy, isStated: false } }] as const;
    });
    const rehearsal = await Rehearsal.create(jobFile, new Map(rehearsed));
    try {
      const { results } = await runNodes(job, rehearsal, eventDisplay(display), stop);
      const parameters = results.find((result) => result.parameters !== undefined)?.parameters;
      return parameters && inLayers(layerShapes(architectureOf(job)), parameters);
    } finally {
      await rehearsal.remove();
    }
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** Weights, then bias, layer by layer. */
function inLayers(shapes: ReturnType<typeof layerShapes>, numbers: readonly number[]): Parameters {
  let at = 0;
  const next = (count: number) => {
    at += count;
    return Float64Array.from(numbers.slice(at - count, at));
  };
  return shapes.map(({ rows, cols }) => ({ weights: next(rows * cols), bias: next(cols) }));
}

/** For one owner, about its own records alone. */
function listOf(owner: string, job: Job, seed: string, records: readonly ExposedRecord[]): object {
  const about = `for ${owner} alone: rows of its training file, counted from 0, that an adversary is surest were in the training`;
  return { format: 'trefoil-exposed', version: 1, job: job.name, owner, about, seed, records };
}

/** Writes what it can, so that one file that fails takes no other with it. */
class AuditFiles {
  readonly #problems: string[] = [];

  write(what: string, path: string, text: Iterable<string>): void {
    try {
      const earlier = writeKeeping(what, path, text);
      const was = earlier === undefined ? '' : ` (the earlier one is now ${relative('', earlier)})`;
      console.log(`written: ${relative('', path)}${was}`);
    } catch (error) {
      if (!(error instanceof TrefoilError)) throw error;
      this.#problems.push(error.message);
    }
  }

  throw(): void {
    if (this.#problems.length === 0) return;
    throw new TrefoilError('TREFOIL_OUTPUT', 'not all that the audit found could be written:', {
      problems: this.#problems,
    });
  }
}

function modelInWords({ data, model }: Job): string {
  const inputs = `${data.features.length} features`;
  if (model.type === 'logistic') return `logistic regression of ${inputs}`;
  const widths = [data.features.length, ...model.hidden, data.classes?.length ?? 1].join('-');
  return `a network ${widths} with ${model.output} output`;
}

/** After everything is written, so that the evidence is at hand. */
function refuse(report: AuditReport): void {
  const problems = contradictions(report);
  if (problems.length === 0) return;
  throw new TrefoilError(
    'TREFOIL_AUDIT',
    'the audit found what must not be; do not release this model, and report this as a bug with audit.json:',
    { problems },
  );
}

/** What an audit does one after the other, with the time that each takes. */
class Stages {
  readonly seconds: Record<string, number> = {};
  readonly #display: ProgressDisplay;
  readonly #stop: AbortSignal;

  constructor(display: ProgressDisplay, stop: AbortSignal) {
    this.#display = display;
    this.#stop = stop;
  }

  async time<T>(name: string, work: (onProgress: (done: number, of: number) => void) => Promise<T> | T): Promise<T> {
    const begin = performance.now();
    this.#display.line(name);
    const result = await work((done, of) => {
      throwIfStopped(this.#stop);
      this.#display.update({ phase: name, done, of, trainingSteps: 0, ofTrainingSteps: 0 });
    });
    this.seconds[name] = (performance.now() - begin) / 1000;
    return result;
  }
}
