/**
 * Says which opened numbers are below what is resolved, and what to change so that they are not: by the keys of the job and the report, and by
 * column.
 * @module
 */
import { significant, upperBound } from '../../data/figures.ts';
import { isConstant, rangeScaling } from '../../data/standardise.ts';
import { REPORTED_LOSSES } from '../../plan/outputs/catalogue.ts';
import { METRIC_NAMES, METRICS, type MetricDefinition } from '../../plan/outputs/metrics.ts';
import { MOMENTS } from '../../plan/outputs/moments.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Revealed } from '../../runtime/node.ts';
import type { Job } from '../file/job.ts';
import { weightRounding } from '../model/weight-rounding.ts';
import { pooledMoments } from '../node/moments.ts';
import { layersOf } from '../node/owner.ts';
import { finerWeights } from './finer-weights.ts';
import { errorKey, qualityOf } from './quality.ts';
import { type Resolution, resolutionOf } from './resolution.ts';

const MOST_NAMES = 20;
/** A variance of so many times what rounding makes of 0 leaves a deviation known to 3 %. */
const WELL_RESOLVED = 16;
/** How far trained weights are apart from exact ones in a squared error, with room: for each weight, in squares of what a weight resolves. */
const WELL_ABOVE = 16;

/** Beyond this the stated error of a metric says more than the metric. */
const LARGE_ERROR = 0.02;
/** Weights of so many times what rounding adds to each are known to an eighth. */
const FAR_ABOVE = 8;

/** `series` by output: the training loss and the validation metric, opened again and again. */
export function resolutionWarnings(
  job: Job,
  plan: Plan,
  revealed: Revealed,
  series: { readonly trainingLoss: readonly number[]; readonly validation: readonly number[] },
): string[] {
  const resolution = resolutionOf(job, plan);
  return [
    ...momentWarnings(job, revealed),
    ...lossWarnings(job, resolution, revealed, series),
    ...errorWarnings(job, revealed),
    ...modelWarnings(job, plan, resolution, revealed),
  ];
}

function momentWarnings(job: Job, revealed: Revealed): string[] {
  if (!revealed.has(MOMENTS.squares)) return [];
  const { features } = job.data;
  const { scale } = rangeScaling(features);
  const moments = pooledMoments(job, revealed);
  const { variances, resolved } = moments;
  const constant = features.flatMap((_, j) => (isConstant(moments, j) ? [j] : []));
  const poor = features.flatMap((_, j) =>
    !isConstant(moments, j) && variances[j] < WELL_RESOLVED * resolved[j] ? [j] : [],
  );
  const named = (j: number, text: string) => `${features[j].name} (${text})`;
  const most = (j: number) => scale[j] * Math.sqrt(Math.max(0, variances[j]) + resolved[j]);
  const below = constant.map((j) => named(j, upperBound(most(j), 2)));
  const rough = poor.map((j) => named(j, `${significant((50 * resolved[j]) / variances[j], 2)} %`));
  return [
    ...(below.length === 0
      ? []
      : [
          `all training rows have one value of a feature, or values that deviate by so little that it is not resolved in its declared range, so that it counts as ` +
            `constant and gets no weight; they deviate by no more than this: ${listed(below)}; where a feature is not constant, narrow its range in data.features`,
        ]),
    ...(rough.length === 0
      ? []
      : [
          `what a feature deviates by is hardly resolved in its declared range, and may be off by so much: ${listed(rough)}; narrow the range in ` +
            'data.features',
        ]),
  ];
}

/** The root mean square of the weights that are not 0: a constant feature has no weight, and no rounding. */
function rootMeanSquare(weights: Float64Array): number {
  const some = weights.filter((weight) => weight !== 0);
  return Math.sqrt(some.reduce((sum, weight) => sum + weight ** 2, 0) / Math.max(1, some.length));
}

const listed = (names: readonly string[]) =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;

function lossWarnings(
  job: Job,
  resolution: Resolution,
  revealed: Revealed,
  { trainingLoss, validation }: Parameters<typeof resolutionWarnings>[3],
): string[] {
  const last: Readonly<Record<string, unknown>> = {
    ...qualityOf(job, revealed),
    trainingLoss: trainingLoss.at(-1),
    validation: validation.at(-1),
  };
  const advice = job.data.target === undefined ? '' : '; narrow data.target';
  return REPORTED_LOSSES.flatMap(({ key }) => {
    const [value, resolved] = [last[key], resolution[key]];
    if (typeof value !== 'number' || resolved === undefined || value > resolved) return [];
    return [
      `${key} is ${upperBound(value + resolved, 2)} or below, and no more is known of it, since ${significant(resolved, 2)} is what is resolved${advice}`,
    ];
  });
}

function errorWarnings(job: Job, revealed: Revealed): string[] {
  const quality = qualityOf(job, revealed);
  return METRIC_NAMES.flatMap((metric) => {
    const { onLargeError = '' }: MetricDefinition = METRICS[metric];
    const error = quality[errorKey(metric)] ?? 0;
    return error <= LARGE_ERROR ? [] : [`${metric} may be off by ${upperBound(error, 2)}: ${onLargeError}`];
  });
}

function modelWarnings(job: Job, plan: Plan, { prediction, squaredError }: Resolution, revealed: Revealed): string[] {
  const { data, numbers } = job;
  const layers = layersOf(revealed);
  const unit = 2 ** -numbers.fractionalBits;
  const remedies = (first: string) => [first, finerWeights(job) ?? []].flat().join(', or ');
  if (layers.some(({ weights }) => weights.every((weight) => Math.abs(weight) <= unit))) {
    const target = data.target === undefined ? 'raise training.learningRate' : 'narrow data.target';
    const raw = prediction === undefined ? '' : `, ${significant(prediction, 2)} in the units of data.target`;
    return [`all weights of a layer are 0 to one unit in the last place${raw}; ${remedies(target)}`];
  }
  const rounded = layers.flatMap(({ weights }, l) => {
    const deviation = weightRounding(job, plan, l + 1);
    const size = rootMeanSquare(weights);
    if (size >= FAR_ABOVE * deviation) return [];
    const units = (value: number) => significant(value / unit, 2);
    return [
      `weights ${l + 1} are small beside their rounding: ${units(size)} units in the last place (root mean square), where rounding in all steps can add ` +
        `${units(deviation)}, so that the model may predict much worse than in the clear`,
    ];
  });
  if (rounded.length > 0) {
    const first = data.target === undefined ? [] : ['narrow data.target'];
    return [`${rounded.join('; ')}; ${[...first, remedies('raise training.learningRate')].join(', or ')}`];
  }
  const error = qualityOf(job, revealed).squaredError;
  // What is below its own resolution has been said.
  if (prediction === undefined || squaredError === undefined || error === undefined || error <= squaredError) return [];
  const weights = layers.at(-1)?.weights.length ?? data.features.length;
  if (error >= WELL_ABOVE * (weights + 1) * prediction ** 2) return [];
  return [
    `squaredError is not far above what the weights resolve, ${significant(prediction, 2)} in the units of data.target each, so finer weights would predict ` +
      `better; ${remedies('narrow data.target')}`,
  ];
}
