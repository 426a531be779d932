/**
 * The metrics on held-out rows. Nobody is shown a prediction: only the counts and sums that a metric's file names are opened, at the very end.
 * @module
 */
import { accuracy } from './metrics/accuracy.ts';
import { auc } from './metrics/auc.ts';
import { confusionMatrix } from './metrics/confusion-matrix.ts';
import { logLoss } from './metrics/log-loss.ts';
import { macroF1 } from './metrics/macro-f1.ts';
import type { Counts, MetricDefinition } from './metrics/metric.ts';
import type { Head } from './metrics/predicted-rows.ts';
import { squaredError } from './metrics/squared-error.ts';
import type { Output } from './output.ts';

export type { MetricDefinition };

/** All metrics, by their keys in a job file and in a report. */
export const METRICS = { accuracy, logLoss, auc, macroF1, confusionMatrix, squaredError } as const satisfies Readonly<
  Record<string, MetricDefinition>
>;
type Metrics = typeof METRICS;
export type Metric = keyof Metrics;
export const METRIC_NAMES = Object.keys(METRICS) as readonly Metric[];

type MetricOf<H extends Head> = { [K in Metric]: H extends keyof Metrics[K]['counts'] ? K : never }[Metric];

/** What is counted of each kind of model, in the order in which it is written into a plan. A metric that goes with a kind of model stands there. */
export const COUNTED: { readonly [H in Head]: Readonly<Record<MetricOf<H>, Counts<H>>> } = {
  sigmoid: {
    accuracy: accuracy.counts.sigmoid,
    confusionMatrix: confusionMatrix.counts.sigmoid,
    macroF1: macroF1.counts.sigmoid,
    logLoss: logLoss.counts.sigmoid,
    auc: auc.counts.sigmoid,
  },
  softmax: {
    accuracy: accuracy.counts.softmax,
    logLoss: logLoss.counts.softmax,
    confusionMatrix: confusionMatrix.counts.softmax,
    macroF1: macroF1.counts.softmax,
  },
  linear: { squaredError: squaredError.counts.linear },
};

/** What early stopping can decide on. */
export const STOPPING = ['logLoss', 'accuracy'] as const satisfies readonly {
  [K in Metric]: Metrics[K] extends { readonly stopping: object } ? K : never;
}[Metric][];
export type StoppingMetric = (typeof STOPPING)[number];

/** The names of what metrics open. */
export type MetricOutputName = { [K in Metric]: keyof Metrics[K]['opens'] }[Metric];

/** The key under which a report says what is resolved of a loss. */
export type LossKey = Metric | 'trainingLoss' | 'validation';

const outputsOf = (key: Metric, { opens, loss }: MetricDefinition): [string, Output<Metric>][] =>
  Object.entries(opens).map(([name, what]) => [
    name,
    {
      kind: 'metric',
      what,
      over: 'test',
      recipients: ({ metrics }) => metrics[key],
      ...(loss === undefined ? {} : { loss: { ...loss, key } }),
    },
  ]);

export const metricOutputs = Object.fromEntries(
  METRIC_NAMES.flatMap((metric) => outputsOf(metric, METRICS[metric])),
) as Readonly<Record<MetricOutputName, Output<Metric>>>;

/** Something for each metric, by its key. */
export const forEachMetric = <T>(value: (metric: Metric) => T): Record<Metric, T> =>
  Object.fromEntries(METRIC_NAMES.map((metric) => [metric, value(metric)])) as Record<Metric, T>;

/** The metrics that go with a kind of model. */
export const metricsOf = (head: Head): readonly Metric[] =>
  METRIC_NAMES.filter((metric) => head in METRICS[metric].counts);

/** The metrics that can be opened with noise. */
export const COUNTS: readonly Metric[] = METRIC_NAMES.filter((metric) => METRICS[metric].isCount);
