/**
 * The metrics on held-out rows. Nobody is shown a prediction: only the counts and sums that a metric's file names are opened, at the very end.
 * @module
 */
import { accuracy } from './metrics/accuracy.ts';
import { auc } from './metrics/auc.ts';
import { confusionMatrix } from './metrics/confusion-matrix.ts';
import { logLoss } from './metrics/log-loss.ts';
import { macroF1 } from './metrics/macro-f1.ts';
import type { Counts, MetricDefinition, OverFolds } from './metrics/metric.ts';
import type { Head } from './metrics/predicted-rows.ts';
import { squaredError } from './metrics/squared-error.ts';
import type { Output, Recipients } from './output.ts';

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

/** The names of what is opened of each fold by itself. */
export type OfEachFold = `${MetricOutputName} of each fold`;

/** The name of the output that has a count or sum of each fold, below each other. */
export const ofEachFold = <Name extends MetricOutputName>(name: Name): `${Name} of each fold` => `${name} of each fold`;

/** True: it is opened of each fold by itself. False: it is another output. */
export const isOfEachFold = (name: string): name is OfEachFold => name.endsWith(' of each fold');

const outputsOf = (key: Metric, { opens, loss }: MetricDefinition): [string, Output<Metric>][] =>
  Object.entries(opens).flatMap(([name, what]): [string, Output<Metric>][] => {
    const output = { kind: 'metric', what, ...(loss === undefined ? {} : { loss: { ...loss, key } }) } as const;
    const ofEach = {
      what: `${what}, of each fold`,
      over: 'fold',
      recipients: ({ metrics, folds }: Recipients) => metrics[key].filter((party) => folds.includes(party)),
    } as const;
    return [
      [name, { ...output, over: 'test', recipients: ({ metrics }) => metrics[key] }],
      [ofEachFold(name as MetricOutputName), { ...output, ...ofEach }],
    ];
  });

export const metricOutputs = Object.fromEntries(
  METRIC_NAMES.flatMap((metric) => outputsOf(metric, METRICS[metric])),
) as Readonly<Record<MetricOutputName | OfEachFold, Output<Metric>>>;

/** What is added up over folds in place of a count that says nothing once it is added up, by the name of that count. */
export const OVER_FOLDS: ReadonlyMap<MetricOutputName, OverFolds & { readonly name: MetricOutputName }> = new Map(
  METRIC_NAMES.flatMap((metric) => {
    const { overFolds }: MetricDefinition = METRICS[metric];
    return overFolds === undefined
      ? []
      : [
          [
            overFolds.inPlaceOf as MetricOutputName,
            { ...overFolds, name: overFolds.name as MetricOutputName },
          ] as const,
        ];
  }),
);

/** Something for each metric, by its key. */
export const forEachMetric = <T>(value: (metric: Metric) => T): Record<Metric, T> =>
  Object.fromEntries(METRIC_NAMES.map((metric) => [metric, value(metric)])) as Record<Metric, T>;

/** The metrics that go with a kind of model. */
export const metricsOf = (head: Head): readonly Metric[] =>
  METRIC_NAMES.filter((metric) => head in METRICS[metric].counts);

/** The metrics that can be opened with noise. */
export const COUNTS: readonly Metric[] = METRIC_NAMES.filter((metric) => METRICS[metric].isCount);
