/**
 * The sections of a job file, each by itself: form, bounds and defaults of every value.
 * @module
 */

import { z } from 'zod';
import { mapping, matching, mustBe, text, whole } from '../../data/document.ts';
import type { FeatureRange } from '../../data/feature-range.ts';
import { modelColumns } from '../../encoding/declaration.ts';
import { declaredIn, featuresForm, isTrimmed, TRIMMED } from '../../encoding/feature-schema.ts';
import { range } from '../../encoding/kinds/range.ts';
import { forEachMetric, STOPPING } from '../../plan/outputs/metrics.ts';
import { TRUST_NAMES } from '../../trust/modes.ts';
import { alignment } from './alignment-schema.ts';
import { epochCount, magnitude, magnitudeOrNone } from './bounds.ts';
import { model } from './model-form.ts';
import { optimiser } from './optimiser-schema.ts';
import { privacy } from './privacy-schema.ts';
import { classWeights, largestWeight } from './weight-schema.ts';

/** Classes that a softmax on shares can have. */
const MOST_CLASSES = 32;
/** Folds of the training rows: every one takes a training. */
const MOST_FOLDS = 100;
/** Characters of a name: with a time and a number it names folders and files, for which 255 are allowed. */
const LONGEST_NAME = 100;

const slug = () =>
  matching(/^[a-z][a-z0-9-]*$/, 'a name of lower-case letters, digits and hyphens, a letter first').max(LONGEST_NAME, {
    error: `must have at most ${LONGEST_NAME} characters: folders and files are named after it`,
  });

const choice = <const C extends readonly [string, ...string[]]>(...names: C) =>
  z.enum(names, mustBe(`${names.slice(0, -1).join(', ')} or ${names.at(-1)}`));

/** Rows of a party, of each kind. */
const MOST_ROWS = 10_000_000;
/** What `data.leastRows` is where the job does not say it. */
export const LEAST_ROWS = 10;

const rows = () => whole(0, MOST_ROWS);
const MOST_ENTRIES = 100_000;
const ENTRY = 'the name of a feature, or a pattern such as mean_*';
const ownedFeatures = z.union(
  [text(ENTRY).transform((entry) => [entry]), z.array(text(ENTRY), mustBe('a list of features')).max(MOST_ENTRIES)],
  mustBe('a feature, a pattern such as mean_*, or a list of them'),
);
const party = mapping({
  name: slug(),
  train: rows(),
  test: rows(),
  validation: rows().default(0),
  features: ownedFeatures.optional(),
  label: z.literal(true, mustBe('true, or left out')).optional(),
});

/** Far above what a consortium has, and below what a handshake could carry. */
const MOST_CONTRIBUTORS = 200;
const contributors = z
  .array(
    mapping({ name: slug(), train: rows().default(0), test: rows().default(0), validation: rows().default(0) }),
    mustBe('a list of institutions that run no node'),
  )
  .min(1, { error: 'must name somebody, or be left out' })
  .max(MOST_CONTRIBUTORS, { error: `must be at most ${MOST_CONTRIBUTORS} institutions` });

const classes = z
  .array(
    z.union([z.int(), z.string().min(1)], mustBe('a text or a whole number')).refine(isTrimmed, TRIMMED),
    mustBe('a list of texts or whole numbers'),
  )
  .min(2, { error: 'must have at least two classes' })
  .max(MOST_CLASSES, {
    error: `must have at most ${MOST_CLASSES} classes: a softmax on shares can tell no more apart`,
    abort: true,
  })
  .superRefine((names, context) => {
    const seen = new Set<string>();
    names.map(String).forEach((name, i) => {
      if (seen.has(name)) context.addIssue({ code: 'custom', path: [i], message: `must not be '${name}' again` });
      seen.add(name);
    });
  });

/** Of the rows of each party, or of those that all parties have. */
const share = () =>
  z
    .number(mustBe('a number from 0 up, below 1'))
    .min(0, mustBe('a number from 0 up, below 1'))
    .lt(1, mustBe('a number from 0 up, below 1'))
    .default(0);

const data = mapping({
  label: text('the name of a column').refine(isTrimmed, TRIMMED),
  classes: classes.optional(),
  target: range.optional(),
  weight: mapping({
    column: text('the name of a column').refine(isTrimmed, TRIMMED),
    high: largestWeight(),
  }).optional(),
  features: featuresForm,
  standardise: choice('moments', 'range', 'range-to-unit'),
  clip: magnitude().optional(),
  alignment: alignment.optional(),
  heldOut: mapping({
    test: share(),
    validation: share(),
    stratified: z.boolean(mustBe('true or false')).optional(),
    seed: whole(0).optional(),
  }).optional(),
  leastRows: whole(1, MOST_ROWS).default(LEAST_ROWS),
});

const learningRate = z.preprocess(
  (value, context) => {
    if (typeof value !== 'number') return value;
    const rate = magnitude().safeParse(value);
    // The user has written no key 'initial'.
    for (const { message } of rate.error?.issues ?? []) context.addIssue(message);
    return rate.success ? { schedule: 'constant', initial: rate.data } : z.NEVER;
  },
  z.discriminatedUnion(
    'schedule',
    [
      mapping({ schedule: z.literal('constant'), initial: magnitude() }),
      mapping({ schedule: z.literal('step'), initial: magnitude(), factor: magnitude(), everyEpochs: epochCount() }),
      mapping({ schedule: z.literal('inverse'), initial: magnitude(), decay: magnitudeOrNone() }),
      mapping({ schedule: z.literal('cosine'), initial: magnitude(), final: magnitude() }),
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
  epochs: epochCount(),
  batch: whole(1),
  learningRate,
  l2: magnitudeOrNone().default(0),
  optimiser: optimiser.default({ type: 'sgd' }),
  clipGradient: magnitude().optional(),
  earlyStopping: mapping({ metric: choice(...STOPPING), patience: whole(1) }).optional(),
  classWeights: classWeights.optional(),
  folds: whole(2, MOST_FOLDS).optional(),
});

/** Up to 1, which lets every model out. */
function advantage() {
  const rule = mustBe('a number above 0, up to 1');
  return z.number(rule).gt(0, rule).max(1, rule);
}

const audit = mapping({
  maxMembershipAdvantage: advantage(),
  auditor: text('the name of a party').optional(),
});

const names = () => z.array(text('the name of a party'), mustBe('a list of parties'));
const nobody = () => names().default([]);

const reveal = mapping({
  fills: nobody(),
  moments: nobody(),
  classCounts: nobody(),
  trainingLoss: nobody(),
  validation: nobody(),
  metrics: mapping(forEachMetric(nobody)).prefault({}),
  alarmSites: nobody(),
  folds: nobody(),
  model: nobody(),
});

const FEWEST_BITS = 4;

export const sections = {
  trefoil: z.literal(1, mustBe('1, the version of the file format')),
  name: slug(),
  trust: z.enum(TRUST_NAMES, mustBe(`${TRUST_NAMES.join(' or ')} (there is no default)`)),
  parties: z.tuple([party, party, party], mustBe('a list of exactly three parties')),
  contributors: contributors.optional(),
  data,
  model,
  training,
  numbers: mapping({
    fractionalBits: whole(8, 24).default(16),
    dataBits: whole(FEWEST_BITS, 24).optional(),
  }).prefault({}),
  privacy: privacy.optional(),
  audit: audit.optional(),
  reveal,
};
export const jobSchema = mapping(sections);

/** Keys of before, with what to say in their place. */
export const RENAMED: Readonly<Record<string, string>> = {
  'data.split': 'write data.heldOut: { test: 0.2, seed: 3 }, with all rows of a party as its train',
};

/** A job as it is written: each section sound, but not yet checked against the others. */
export type WrittenJob = z.output<typeof jobSchema>;

/** What is sound of a job file, section by section. */
export type Sound = { readonly [K in keyof WrittenJob]?: WrittenJob[K] | undefined };

/** The columns of a model of the features of a job file, in order, so far as these are sound. */
export const columnsOf = (features: WrittenJob['data']['features']): FeatureRange[] =>
  modelColumns(declaredIn(features));
