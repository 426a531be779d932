/**
 * How good a model is on held-out rows: each metric's value from what a node received.
 * @module
 */
import { targetScaling } from '../../data/labels.ts';
import { foldRows } from '../../plan/folds.ts';
import { outputNamed } from '../../plan/outputs/catalogue.ts';
import type { Opened, Reading } from '../../plan/outputs/metrics/metric.ts';
import {
  isOfEachFold,
  METRIC_NAMES,
  METRICS,
  type Metric,
  type MetricOutputName,
  ofEachFold,
} from '../../plan/outputs/metrics.ts';
import type { Revealed } from '../../runtime/node.ts';
import { type Job, totalRows } from '../file/job.ts';

/** The value of each metric, by its key. Null: there is none, for one of the `reasons`. */
type Values = { readonly [K in Metric]?: NonNullable<ReturnType<(typeof METRICS)[K]['read']>>['value'] };
/** How far a metric may be off at the most, where that is not only rounding. */
type Errors = { readonly [K in Metric as `${K}Error`]?: number };

export interface Quality extends Values, Errors {
  /** Why a metric is null, by its key. */
  readonly reasons?: Readonly<Record<string, string>>;
}

export const errorKey = <K extends Metric>(metric: K): `${K}Error` => `${metric}Error`;

/** What a scaled target counts in; 1 where there is no target. */
export const unitOfTarget = ({ data: { target } }: Job): number =>
  target === undefined ? 1 : targetScaling(target).scale;

/** The metrics that a node can compute from what it received. */
export const qualityOf = (job: Job, revealed: Revealed): Quality =>
  qualityFrom((name) => revealed.get(name), measuredRows(job), unitOfTarget(job));

/** The rows that the metrics of a job are over: with folds every training row is held out once. */
export const measuredRows = (job: Job): number => totalRows(job, job.training.folds === undefined ? 'test' : 'train');

/** The same of each fold, where this node learns that. */
export function foldQualities(job: Job, revealed: Revealed): Quality[] | undefined {
  const { folds: count } = job.training;
  if (count === undefined || ![...revealed.keys()].some((name) => isOfEachFold(name))) return undefined;
  const all = totalRows(job, 'train');
  return Array.from({ length: count }, (_, fold) => {
    const rows = foldRows(all, { count }, fold);
    const numbers = (name: string) => {
      const each = ofEachFold(name as MetricOutputName);
      const opened = revealed.get(each);
      if (opened === undefined) return undefined;
      const size = opened.length / count;
      // A sum of losses was divided by the rows of all folds.
      const factor = outputNamed(each).loss === undefined ? 1 : all / rows;
      return opened.slice(fold * size, (fold + 1) * size).map((number) => factor * number);
    };
    return qualityFrom(numbers, rows, unitOfTarget(job));
  });
}

function qualityFrom(numbers: Opened['numbers'], rows: number, unit: number): Quality {
  const opened: Opened = { number: (name) => numbers(name)?.[0], numbers, rows, unit };
  const readings = METRIC_NAMES.flatMap((metric): [Metric, Reading][] => {
    const reading = METRICS[metric].read(opened);
    return reading === undefined ? [] : [[metric, reading]];
  });
  const reasons = readings.flatMap(([metric, { reason }]) => (reason === undefined ? [] : [[metric, reason]]));
  return {
    ...Object.fromEntries(
      readings.flatMap(([metric, { value, error }]) => [
        [metric, value],
        ...(error === undefined ? [] : [[errorKey(metric), error]]),
      ]),
    ),
    ...(reasons.length === 0 ? {} : { reasons: Object.fromEntries(reasons) }),
  };
}
