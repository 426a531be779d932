/**
 * Reading a job file: everything that can be wrong with it is reported together, with lines.
 * @module
 */

import { Document } from '../../data/document.ts';
import { readText } from '../../data/read-text.ts';
import { isPlain } from '../../encoding/declaration.ts';
import { declaredIn } from '../../encoding/feature-schema.ts';
import { invariant } from '../../errors.ts';
import { flat } from '../../graph/layers/layer.ts';
import { shortFormOf } from '../../graph/layers/short-form.ts';
import { forEachMetric } from '../../plan/outputs/metrics.ts';
import type { TrustMode } from '../../plan/plan.ts';
import { ownedNames } from './column-rules.ts';
import type { Job, JobParty, ReleaseAudit } from './job.ts';
import type { JobDescription } from './job-description.ts';
import { withHeldOut } from './row-split.ts';
import { checkTogether } from './rules.ts';
import { columnsOf, jobSchema, RENAMED, type WrittenJob } from './schema.ts';

const DEFAULT_CLIP = 10;

/** The job at `path`, in another trust mode if one is given. Throws `TREFOIL_JOB` with every problem found. */
export function loadJob(path: string, trust?: TrustMode): Job {
  const job = parseJob(readText('TREFOIL_JOB', 'job file', path), path);
  return trust === undefined ? job : withTrust(job, trust);
}

/** The job that a file's content describes, complete and frozen. Throws `TREFOIL_JOB` with every problem found. */
export function parseJob(content: string, fileName: string): Job {
  return jobIn(new Document(content), `the job file ${fileName}`);
}

/**
 * The job that an object describes, with the keys of a job file. Throws `TREFOIL_JOB` with every problem found.
 * @example
 * const job = jobFrom({ trefoil: 1, name: 'screening', trust: 'honest-majority', ... });
 */
export function jobFrom(written: JobDescription): Job {
  return jobIn(new Document(written), 'the job');
}

function jobIn(document: Document, what: string): Job {
  const written = document.read(jobSchema, RENAMED);
  checkTogether(document);
  document.throwProblems('TREFOIL_JOB', what);
  invariant(written !== undefined, 'a job without problems is parsed');
  const { privacy, audit, contributors, ...rest } = written;
  const data = completeData(written.data);
  return freeze({
    ...rest,
    ...(contributors === undefined
      ? {}
      : { contributors: contributors.map((owner) => withHeldOut(owner, written.parties, written.data.heldOut)) }),
    ...(privacy === undefined ? {} : { privacy }),
    ...(audit === undefined ? {} : { audit: completeAudit(audit) }),
    parties: completeParties(written),
    data,
    model: completeModel(written.model, data.features.length),
    training: completeTraining(written.training),
    numbers: { ...written.numbers, dataBits: written.numbers.dataBits ?? written.numbers.fractionalBits },
    reveal: inOrder(written),
  });
}

/** The same job in another trust mode. */
export function withTrust(job: Job, trust: TrustMode): Job {
  return Object.freeze({ ...job, trust });
}

/** Each party's columns by their names, however the file means them. */
function completeParties({ parties, data }: WrittenJob): Job['parties'] {
  const order = columnsOf(data.features).map(({ name }) => name);
  const complete = ({ features, label, ...party }: WrittenJob['parties'][number]): JobParty => {
    const own = new Set(features?.flatMap((entry) => ownedNames(entry, data)));
    return {
      ...withHeldOut(party, parties, data.heldOut),
      ...(features === undefined ? {} : { features: order.filter((name) => own.has(name)) }),
      ...(label === undefined ? {} : { label }),
    };
  };
  const [first, second, third] = parties;
  return [complete(first), complete(second), complete(third)];
}

function completeData({
  label,
  classes,
  target,
  weight,
  features,
  standardise,
  clip,
  alignment,
  heldOut,
  leastRows,
}: WrittenJob['data']): Job['data'] {
  const declared = declaredIn(features);
  return {
    label,
    ...(classes === undefined ? {} : { classes }),
    ...(target === undefined ? {} : { target }),
    ...(weight === undefined ? {} : { weight }),
    features: columnsOf(features),
    ...(declared.every(isPlain) ? {} : { schema: declared }),
    standardise,
    clip: standardise === 'moments' ? (clip ?? DEFAULT_CLIP) : 1,
    ...(alignment === undefined ? {} : { alignment }),
    ...(heldOut === undefined ? {} : { heldOut: completeHeldOut(heldOut) }),
    leastRows,
  };
}

/** Where a party splits its own rows, by a seed, it does so class by class unless the job says otherwise. */
function completeHeldOut({
  stratified = true,
  seed,
  ...parts
}: NonNullable<WrittenJob['data']['heldOut']>): NonNullable<Job['data']['heldOut']> {
  return seed === undefined ? parts : { ...parts, stratified, seed };
}

/** The shape of a record is that of a list of its features, unless layers see an image. */
function completeModel({ input, ...model }: WrittenJob['model'], columns: number): Job['model'] {
  return { ...model, input: input === undefined || shortFormOf(model.layers) !== undefined ? flat(columns) : input };
}

function completeTraining({
  clipGradient,
  earlyStopping,
  classWeights,
  folds,
  ...training
}: WrittenJob['training']): Job['training'] {
  return {
    ...training,
    ...(clipGradient === undefined ? {} : { clipGradient }),
    ...(earlyStopping === undefined ? {} : { earlyStopping }),
    ...(classWeights === undefined ? {} : { classWeights }),
    ...(folds === undefined ? {} : { folds }),
  };
}

function completeAudit({ maxMembershipAdvantage, auditor }: NonNullable<WrittenJob['audit']>): ReleaseAudit {
  return { maxMembershipAdvantage, ...(auditor === undefined ? {} : { auditor }) };
}

/** Recipients in the order of the parties, however the file lists them. */
function inOrder({ parties, training, reveal: { metrics, ...reveal } }: WrittenJob): Job['reveal'] {
  const ordered = (chosen: readonly string[]) => parties.flatMap(({ name }) => (chosen.includes(name) ? [name] : []));
  return {
    fills: ordered(reveal.fills),
    moments: ordered(reveal.moments),
    classCounts: ordered(reveal.classCounts),
    trainingLoss: ordered(reveal.trainingLoss),
    alarmSites: ordered(reveal.alarmSites),
    validation: ordered(reveal.validation),
    metrics: forEachMetric((metric) => ordered(metrics[metric])),
    ...(training.folds === undefined ? {} : { folds: ordered(reveal.folds) }),
    model: ordered(reveal.model),
  };
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part);
  return Object.freeze(value);
}
