/**
 * Reading a job file: everything that can be wrong with it is reported together, with lines.
 * @module
 */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  Document,
  finite,
  mapping,
  matching,
  mustBe,
  notNegative,
  type Path,
  positive,
  text,
  whole,
} from '../data/document.ts';
import { suggestion } from '../data/nearest.ts';
import { invariant, TrefoilError } from '../errors.ts';
import type { TrustMode } from '../plan/plan.ts';
import { DEALER, type Job } from './schema.ts';

const DEFAULT_CLIP = 10;

const slug = () => matching(/^[a-z][a-z0-9-]*$/, 'a name of lower-case letters, digits and hyphens, a letter first');
const choice = <const C extends readonly [string, ...string[]]>(...names: C) =>
  z.enum(names, mustBe(names.join(' or ')));

const rows = () => whole(0, 10_000_000);
const party = mapping({ name: slug(), train: rows(), test: rows() });
const parties = z.tuple([party, party, party], mustBe('a list of exactly three parties'));

const range = z
  .tuple([finite(), finite()], mustBe('[smallest, largest]'))
  .refine(([low, high]) => low < high, { error: 'must be [smallest, largest], the smallest first' });

const data = mapping({
  label: text('the name of a column'),
  features: z
    .record(z.string(), range, mustBe('a mapping from columns to [smallest, largest]'))
    .refine((features) => Object.keys(features).length > 0, { error: 'must name at least one column' }),
  standardise: choice('moments', 'range'),
  clip: positive().optional(),
});

const learningRate = z.preprocess(
  (value) => (typeof value === 'number' ? { schedule: 'constant', initial: value } : value),
  z.discriminatedUnion(
    'schedule',
    [
      mapping({ schedule: z.literal('constant'), initial: positive() }),
      mapping({ schedule: z.literal('step'), initial: positive(), factor: positive(), everyEpochs: whole(1) }),
      mapping({ schedule: z.literal('inverse'), initial: positive(), decay: notNegative() }),
      mapping({ schedule: z.literal('cosine'), initial: positive(), final: positive() }),
    ],
    {
      error: (issue) =>
        issue.code === 'invalid_union'
          ? 'must be constant, step, inverse or cosine'
          : mustBe('a number above 0, or a schedule').error(issue),
    },
  ),
);

const training = mapping({
  epochs: whole(1),
  batch: whole(1),
  learningRate,
  l2: notNegative().default(0),
});

const names = () => z.array(text('the name of a party'), mustBe('a list of parties'));
const nobody = () => names().default([]);

const reveal = mapping({
  moments: nobody(),
  trainingLoss: nobody(),
  metrics: mapping({ accuracy: nobody(), auc: nobody(), logLoss: nobody() }).prefault({}),
  model: names().min(1, { error: 'must name at least one party: somebody has to learn the model' }),
});

const sections = {
  trefoil: z.literal(1, mustBe('1, the version of the file format')),
  name: slug(),
  trust: z.enum(['honest-majority', 'dealer'], mustBe('honest-majority or dealer (there is no default)')),
  parties,
  data,
  model: mapping({ type: z.literal('logistic', mustBe('logistic')) }),
  training,
  numbers: mapping({ fractionalBits: whole(8, 24).default(16) }).prefault({}),
  reveal,
};
const jobSchema = mapping(sections);

/** The job at `path`. Throws `TREFOIL_JOB` with every problem found. */
export function loadJob(path: string): Job {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new TrefoilError('TREFOIL_JOB', `can not read the job file ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return parseJob(content, path);
}

/** The job that a file's content describes, complete and frozen. Throws `TREFOIL_JOB` with every problem found. */
export function parseJob(content: string, fileName: string): Job {
  const document = new Document(content);
  const parsed = document.read(jobSchema);
  checkTogether(document);
  document.throwProblems('TREFOIL_JOB', `the job file ${fileName}`);
  invariant(parsed !== undefined, 'a job without problems is parsed');
  const order = parsed.parties.map(({ name }) => name);
  const inOrder = (chosen: readonly string[]) => order.filter((name) => chosen.includes(name));
  const { metrics } = parsed.reveal;
  return freeze({
    ...parsed,
    data: {
      ...parsed.data,
      features: Object.entries(parsed.data.features).map(([name, [low, high]]) => ({ name, low, high })),
      clip: parsed.data.standardise === 'range' ? 1 : (parsed.data.clip ?? DEFAULT_CLIP),
    },
    reveal: {
      moments: inOrder(parsed.reveal.moments),
      trainingLoss: inOrder(parsed.reveal.trainingLoss),
      metrics: {
        accuracy: inOrder(metrics.accuracy),
        auc: inOrder(metrics.auc),
        logLoss: inOrder(metrics.logLoss),
      },
      model: inOrder(parsed.reveal.model),
    },
  });
}

/** The same job in another trust mode. */
export function withTrust(job: Job, trust: TrustMode): Job {
  return Object.freeze({ ...job, trust });
}

/** Rules that span values. Each looks only at sections that are sound, so that it works beside other problems. */
function checkTogether(document: Document): void {
  const raw = (document.raw ?? {}) as Readonly<Record<string, unknown>>;
  const sound = <S extends z.ZodType>(key: keyof typeof sections, schema: S) => schema.safeParse(raw[key]).data;
  const who = sound('parties', parties);
  const what = sound('data', data);
  const how = sound('training', training);
  const seen = sound('reveal', reveal);

  if (what !== undefined) {
    if (Object.hasOwn(what.features, what.label)) {
      document.report(['data', 'features', what.label], 'must not be the label');
    }
    if (what.standardise === 'range' && what.clip !== undefined) {
      document.report(['data', 'clip'], 'must be left out with standardise: range, which clips to [-1, 1]');
    }
  }
  if (what !== undefined && seen !== undefined && who !== undefined) {
    if (what.standardise === 'moments' && who.some(({ name }) => !seen.moments.includes(name))) {
      const path = ['reveal', 'moments'];
      document.report(path, 'must name all three parties with standardise: moments, or use standardise: range');
    }
    if (what.standardise === 'range' && seen.moments.length > 0) {
      document.report(['reveal', 'moments'], 'must be empty with standardise: range, which opens none');
    }
  }
  if (who !== undefined) {
    const order = who.map(({ name }) => name);
    order.forEach((name, i) => {
      if (name === DEALER) document.report(['parties', i, 'name'], `must not be '${DEALER}', which is reserved`);
      if (order.indexOf(name) < i) document.report(['parties', i, 'name'], `must not be '${name}' again`);
    });
    const trained = who.reduce((sum, { train }) => sum + train, 0);
    if (how !== undefined && how.batch > trained) {
      document.report(['training', 'batch'], `must be at most ${trained}, the number of training rows of all parties`);
    }
    if (seen !== undefined) {
      checkNames(document, ['reveal', 'moments'], seen.moments, order);
      checkNames(document, ['reveal', 'trainingLoss'], seen.trainingLoss, order);
      checkNames(document, ['reveal', 'model'], seen.model, order);
      const heldOut = who.reduce((sum, { test }) => sum + test, 0);
      for (const [metric, recipients] of Object.entries(seen.metrics)) {
        const path = ['reveal', 'metrics', metric];
        checkNames(document, path, recipients, order);
        if (recipients.length > 0 && heldOut === 0) document.report(path, 'needs test rows, and no party has any');
      }
    }
  }
}

function checkNames(document: Document, path: Path, chosen: readonly string[], known: readonly string[]): void {
  chosen.forEach((name, i) => {
    if (!known.includes(name)) document.report(path, `names '${name}', which is no party${suggestion(name, known)}`);
    if (chosen.indexOf(name) < i) document.report(path, `names '${name}' twice`);
  });
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part);
  return Object.freeze(value);
}
