/**
 * The trained model as a JSON file: what the recipients of a job keep.
 *
 * It holds the model twice. `weights` and `bias` are the plain linear form on raw features, for whoever applies the model by hand
 * or in another program. `standardised` is the form that was trained, with clipping, and what `predictProbabilities`
 * uses; the two agree for every row that no clipping touches.
 * @module
 */

import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Document, finite, mapping, mustBe, positive, text } from '../data/document.ts';
import { type Scaling, standardise } from '../data/standardise.ts';
import { invariant, TrefoilError } from '../errors.ts';
import { jobDigest } from './digest.ts';
import type { Job } from './schema.ts';

const numbers = () => z.array(finite(), mustBe('a list of numbers'));

const modelSchema = mapping({
  format: z.literal('trefoil-model', mustBe('trefoil-model')),
  version: z.literal(1, mustBe('1, the version that this trefoil reads')),
  type: z.literal('logistic', mustBe('logistic')),
  label: text(),
  features: z.array(text(), mustBe('a list of columns')).min(1, mustBe('a list of at least one column')),
  weights: numbers(),
  bias: finite(),
  standardised: mapping({
    weights: numbers(),
    bias: finite(),
    centre: numbers(),
    scale: z.array(positive(), mustBe('a list of numbers above 0')),
    clip: positive(),
  }),
  trainedBy: mapping({
    job: text(),
    jobDigest: text(),
    planDigest: text(),
    parties: z.array(text(), mustBe('a list of parties')),
    trust: z.enum(['honest-majority', 'dealer'], mustBe('honest-majority or dealer')),
    trefoil: text(),
  }),
  created: z.iso.datetime({ error: 'must be a date and time in ISO 8601, in UTC' }),
});

export type Model = z.output<typeof modelSchema>;

/** What training gave, on standardised features. */
export interface Trained {
  readonly weights: ArrayLike<number>;
  readonly bias: number;
  readonly scaling: Scaling;
}

/** Where the model comes from, beyond the job itself. */
export interface Provenance {
  readonly planDigest: string;
  /** Version of this program. */
  readonly trefoil: string;
  readonly created: Date;
}

/** The model file's content: Σ wⱼ·(xⱼ − cⱼ)/sⱼ + b is Σ (wⱼ/sⱼ)·xⱼ + (b − Σ wⱼ·cⱼ/sⱼ). */
export function buildModel(job: Job, { weights, bias, scaling }: Trained, from: Provenance): Model {
  const folded = Array.from(weights, (weight, j) => weight / scaling.scale[j]);
  return {
    format: 'trefoil-model',
    version: 1,
    type: 'logistic',
    label: job.data.label,
    features: job.data.features.map(({ name }) => name),
    weights: folded,
    bias: folded.reduce((sum, weight, j) => sum - weight * scaling.centre[j], bias),
    standardised: {
      weights: Array.from(weights),
      bias,
      centre: Array.from(scaling.centre),
      scale: Array.from(scaling.scale),
      clip: job.data.clip,
    },
    trainedBy: {
      job: job.name,
      jobDigest: jobDigest(job),
      planDigest: from.planDigest,
      parties: job.parties.map(({ name }) => name),
      trust: job.trust,
      trefoil: from.trefoil,
    },
    created: from.created.toISOString(),
  };
}

/** Writes the file whole or not at all, readable by its owner alone; makes the folder if need be. */
export function writeModel(path: string, model: Model): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    writeFileSync(partial, `${JSON.stringify(model, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** The model at `path`. Throws `TREFOIL_DATA` with every problem found. */
export function readModel(path: string): Model {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new TrefoilError('TREFOIL_DATA', `can not read the model file ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const document = new Document(content);
  const model = document.read(modelSchema);
  if (model !== undefined) {
    const { weights, centre, scale } = model.standardised;
    const lists = {
      weights: model.weights,
      'standardised.weights': weights,
      'standardised.centre': centre,
      'standardised.scale': scale,
    };
    for (const [name, list] of Object.entries(lists)) {
      if (list.length !== model.features.length) {
        document.report(
          name.split('.'),
          `must have ${model.features.length} numbers, one for each feature, not ${list.length}`,
        );
      }
    }
  }
  document.throwProblems('TREFOIL_DATA', `the model file ${path}`);
  invariant(model !== undefined, 'a model without problems is parsed');
  return model;
}

/** P(label = 1) of each row, from raw features (row-major, rows × features): standardised and clipped as in training. */
export function predictProbabilities(model: Model, features: Float64Array, rows: number): Float64Array {
  const columns = model.features.length;
  if (features.length !== rows * columns) {
    throw new TrefoilError(
      'TREFOIL_USAGE',
      `${rows} rows of ${columns} features are ${rows * columns} numbers, not ${features.length}`,
    );
  }
  const { weights, bias, centre, scale, clip } = model.standardised;
  const scaling = { centre: Float64Array.from(centre), scale: Float64Array.from(scale) };
  const inputs = standardise({ features, columns }, scaling, clip);
  return Float64Array.from({ length: rows }, (_, i) => {
    const logit = weights.reduce((sum, weight, j) => sum + weight * inputs[i * columns + j], bias);
    return 1 / (1 + Math.exp(-logit));
  });
}
