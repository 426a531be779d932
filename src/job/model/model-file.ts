/**
 * The trained model as a JSON file: what the recipients of a job keep.
 *
 * It holds what sees the features twice. `weights` and `bias`, or `layers`, take raw features, for whoever applies the model by hand
 * or in another program. `standardised` is the form that was trained, with clipping, and what `predictRows` uses; the two agree
 * for every row that no clipping touches. Weights are listed input by input, row-major.
 * @module
 */

import { z } from 'zod';
import {
  Document,
  finite,
  mapping,
  mustBe,
  type Path,
  positive,
  probability,
  text,
  whole,
} from '../../data/document.ts';
import type { FeatureRange } from '../../data/feature-range.ts';
import { suggestion } from '../../data/nearest.ts';
import { readText } from '../../data/read-text.ts';
import { MOST_CHARACTERS } from '../../data/yaml-text.ts';
import { TrefoilError } from '../../errors.ts';
import { layerProblem } from '../../graph/layers/index.ts';
import { sizeOf } from '../../graph/layers/layer.ts';
import { type Architecture, layerShapes } from '../../graph/mlp.ts';
import { OUTPUTS, type Output } from '../../graph/output.ts';
import { TRUST_NAMES } from '../../trust/modes.ts';
import { layers as layerSchema } from '../file/layer-schema.ts';
import { schemaProblems } from './model-schema.ts';

const numbers = () => z.array(finite(), mustBe('a list of numbers'));
const choice = <const C extends readonly [string, ...string[]]>(...names: C) =>
  z.enum(names, mustBe(`${names.slice(0, -1).join(', ')} or ${names.at(-1)}`));

const ends = mustBe('[smallest, largest], the smallest first');
const pair = () => z.tuple([finite(), finite()], ends).refine(([low, high]) => low < high, ends);

const origin = {
  format: z.literal('trefoil-model', mustBe('trefoil-model')),
  version: z.literal(1, mustBe('1, the version that this trefoil reads')),
  label: text(),
  features: z.array(text(), mustBe('a list of columns')).min(1, mustBe('a list of at least one column')),
  /** The smallest and largest value of each feature that the job declared; files of earlier versions have none. */
  ranges: z.array(pair(), mustBe('a list of [smallest, largest]')).optional(),
  /** The units of those features whose unit the job named. */
  units: z.record(z.string(), text(), mustBe('a mapping from columns to units')).optional(),
  /** What the features are made of, as the job declared it, and what fills missing values; absent where each is a number in the column of its name. */
  schema: mapping({
    features: z.record(z.string(), z.unknown(), mustBe('a mapping of features, as a job file has them')),
    fills: z.record(z.string(), finite(), mustBe('a mapping from features to numbers')),
  }).optional(),
  trainedBy: mapping({
    job: text(),
    jobDigest: text(),
    planDigest: text(),
    parties: z.array(text(), mustBe('a list of parties')),
    trust: choice(...TRUST_NAMES),
    trefoil: text(),
  }),
  created: z.iso.datetime({ error: 'must be a date and time in ISO 8601, in UTC' }),
};

const scaling = {
  centre: numbers(),
  scale: z.array(positive(), mustBe('a list of numbers above 0')),
};

/** The probability from which a row counted as 1 in the metrics of the job, where that has one. */
const decision = { threshold: probability().optional() };

const logistic = mapping({
  ...origin,
  type: z.literal('logistic'),
  ...decision,
  weights: numbers(),
  bias: finite(),
  standardised: mapping({ weights: numbers(), bias: finite(), ...scaling, clip: positive() }),
});

const layer = mapping({ inputs: whole(1), outputs: whole(1), weights: numbers(), bias: numbers() });

/** What a model with layers says of its output. */
const labels = {
  output: choice('softmax', 'sigmoid', 'linear'),
  ...decision,
  classes: z
    .array(z.union([z.int(), z.string().min(1)], mustBe('a text or a whole number')), mustBe('a list of classes'))
    .optional(),
  target: pair().optional(),
};

const mlp = mapping({
  ...origin,
  type: z.literal('mlp'),
  activation: choice('relu', 'sigmoid'),
  ...labels,
  layers: z.array(layer, mustBe('a list of layers')).min(1, mustBe('a list of at least one layer')),
  /** The first layer on standardised features, which are clipped to [smallest, largest]. */
  standardised: mapping({ weights: numbers(), bias: numbers(), ...scaling, smallest: finite(), largest: finite() }),
});

/** Layers of any kind on standardised features, as the job wrote them; the last of `parameters` are those of a dense layer behind them. */
const network = mapping({
  ...origin,
  type: z.literal('network'),
  input: z.tuple([whole(1), whole(1), whole(1)], mustBe('[height, width, channels]')),
  layers: z.array(z.record(z.string(), z.unknown()), mustBe('a list of layers')),
  ...labels,
  parameters: z.array(mapping({ weights: numbers(), bias: numbers() }), mustBe('a list of parameters')).min(1),
  standardised: mapping({ ...scaling, smallest: finite(), largest: finite() }),
});

const modelSchema = z.discriminatedUnion('type', [logistic, mlp, network], {
  error: (issue) =>
    issue.code === 'invalid_union' ? 'must be logistic, mlp or network' : mustBe('a mapping with type').error(issue),
});

export type Model = z.output<typeof modelSchema>;
export type Mlp = z.output<typeof mlp>;
export type NetworkFile = z.output<typeof network>;
export type Layer = z.output<typeof layer>;

/** The features with what the job declared of each; without bounds where the file does not say. */
export function featuresOf({ features, ranges, units = {} }: Model): FeatureRange[] {
  return features.map((name, i) => {
    const [low, high] = ranges?.[i] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return { name, low, high, ...(Object.hasOwn(units, name) ? { unit: units[name] } : {}) };
  });
}

/** The model at `path`. Throws `TREFOIL_DATA` with every problem found. */
export function readModel(path: string): Model {
  const content = readText('TREFOIL_DATA', 'model file', path);
  return soundModel(content) ?? refuse(content, path);
}

/** The model, when nothing is wrong with it: a document that knows its lines would take long to make of a large one. */
function soundModel(content: string): Model | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  const { data } = modelSchema.safeParse(value);
  return data !== undefined && shapeProblems(data).length === 0 ? data : undefined;
}

function refuse(content: string, path: string): never {
  if (content.length > MOST_CHARACTERS) {
    throw new TrefoilError(
      'TREFOIL_DATA',
      `the model file ${path} is cut off or was changed, and too large to look for the place: copy it again`,
    );
  }
  const document = new Document(content);
  const model = document.read(modelSchema);
  if (model !== undefined) for (const [place, problem] of shapeProblems(model)) document.report(place, problem);
  document.throwProblems('TREFOIL_DATA', `the model file ${path}`);
  // YAML, which the document takes, is more than JSON: 01 is a number in it.
  throw new TrefoilError('TREFOIL_DATA', `the model file ${path} is not JSON, so it was changed: copy it again`);
}

/** Every list that has not as many numbers as belong there. */
function shapeProblems(model: Model): readonly Problem[] {
  const found = new Problems();
  const columns = model.features.length;
  const { standardised, ranges, units = {} } = model;
  if (ranges !== undefined && ranges.length !== columns)
    found.report(['ranges'], `must have ${columns} ranges, one for each feature, not ${ranges.length}`);
  for (const [place, problem] of schemaProblems(model)) found.report(place, problem);
  const known = new Set(model.features);
  if (known.size < columns) found.report(['features'], 'must not name a column twice');
  for (const name of Object.keys(units)) {
    if (!known.has(name)) found.report(['units', name], `is no feature${suggestion(name, model.features)}`);
  }
  for (const key of ['centre', 'scale'] as const) {
    found.expect(['standardised', key], standardised[key].length, columns, 'one for each feature');
  }
  const check: (model: never, found: Problems) => void = CHECKS[model.type];
  check(model as never, found);
  return found.list;
}

type Problem = readonly [place: Path, problem: string];

class Problems {
  readonly list: Problem[] = [];

  report(place: Path, problem: string): void {
    this.list.push([place, problem]);
  }

  /** Notes a list that has not as many numbers as it should. */
  expect(place: Path, actual: number, expected: number, what: string): void {
    if (actual !== expected) this.report(place, `must have ${expected} numbers, ${what}, not ${actual}`);
  }
}

/** What can be wrong with the parameters of a file, by its type. */
const CHECKS: { readonly [T in Model['type']]: (model: Extract<Model, { type: T }>, found: Problems) => void } = {
  logistic({ features: { length }, weights, standardised }, found) {
    found.expect(['weights'], weights.length, length, 'one for each feature');
    found.expect(['standardised', 'weights'], standardised.weights.length, length, 'one for each feature');
  },
  mlp(model, found) {
    checkLabels(model, found);
    const { layers, standardised } = model;
    let inputs = model.features.length;
    for (const [i, { weights, bias, ...layer }] of layers.entries()) {
      if (layer.inputs !== inputs) found.report(['layers', i, 'inputs'], `must be ${inputs}, not ${layer.inputs}`);
      found.expect(['layers', i, 'weights'], weights.length, layer.inputs * layer.outputs, 'inputs times outputs');
      found.expect(['layers', i, 'bias'], bias.length, layer.outputs, 'one for each output');
      inputs = layer.outputs;
    }
    const [{ weights, bias }] = layers;
    found.expect(['standardised', 'weights'], standardised.weights.length, weights.length, 'as the first layer');
    found.expect(['standardised', 'bias'], standardised.bias.length, bias.length, 'as the first layer');
    const outputs = outputsOf(model);
    if (inputs !== outputs) found.report(['layers', layers.length - 1, 'outputs'], `must be ${outputs}, not ${inputs}`);
  },
  network(model, found) {
    checkLabels(model, found);
    const architecture = networkOf(model);
    if (architecture === undefined)
      return found.report(['layers'], 'must be layers that fit the input and one another');
    if (sizeOf(architecture.image) !== model.features.length)
      return found.report(['input'], 'must have one entry for each feature');
    const shapes = layerShapes(architecture);
    if (shapes.length !== model.parameters.length) {
      return found.report(['parameters'], `must have ${shapes.length} layers, not ${model.parameters.length}`);
    }
    for (const [i, { weights, bias }] of model.parameters.entries()) {
      const { rows, cols } = shapes[i];
      if (weights.length === rows * cols && bias.length === cols) continue;
      found.report(['parameters', i], `must have ${rows * cols} weights and ${cols} numbers in bias`);
    }
  },
};

/** Columns of the output. */
const outputsOf = ({ output, classes }: Pick<Mlp, 'output' | 'classes'>) =>
  OUTPUTS[output].isOneHot ? (classes?.length ?? 0) : 1;

/** What a file must say of its labels. */
const OF_LABELS: Readonly<Record<Output, Partial<Record<'classes' | 'target', string>>>> = {
  sigmoid: {},
  softmax: { classes: 'is missing: output softmax has some' },
  linear: { target: 'is missing: output linear has one' },
};

function checkLabels(model: Pick<Mlp, 'output' | 'classes' | 'target'>, found: Problems): void {
  for (const key of ['classes', 'target'] as const) {
    const problem = OF_LABELS[model.output][key];
    if (problem !== undefined && model[key] === undefined) found.report([key], problem);
  }
}

/** The architecture of a network; nothing where its layers are no layers, or do not fit one another. */
export function networkOf(model: NetworkFile): Architecture | undefined {
  const { data } = layerSchema.safeParse(model.layers);
  const [height, width, channels] = model.input;
  const image = { height, width, channels };
  if (data === undefined || layerProblem(data, image) !== undefined) return undefined;
  return { inputs: model.features.length, image, layers: data, output: model.output, outputs: outputsOf(model) };
}
