/**
 * How good a model is on held-out rows: each metric's value from what a node received.
 * @module
 */
import { targetScaling } from '../../data/labels.ts';
import type { Reading } from '../../plan/outputs/metrics/metric.ts';
import { METRIC_NAMES, METRICS, type Metric } from '../../plan/outputs/metrics.ts';
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
export function qualityOf(job: Job, revealed: Revealed): Quality {
  const opened = {
    number: (name: string) => revealed.get(name)?.[0],
    numbers: (name: string) => revealed.get(name),
    rows: totalRows(job, 'test'),
    unit: unitOfTarget(job),
  };
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
