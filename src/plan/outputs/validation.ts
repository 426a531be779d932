/**
 * What early stopping decides on: one metric on the validation rows, opened after each epoch.
 * @module
 */
import { METRICS, type Metric, type MetricDefinition, STOPPING, type StoppingMetric } from './metrics.ts';
import { allParties, asOpened, type Output } from './output.ts';

export type ValidationName = `validation ${StoppingMetric}`;

export const validationOutput = (metric: StoppingMetric): ValidationName => `validation ${metric}`;

export const validationOutputs = Object.fromEntries(
  STOPPING.map((metric): [ValidationName, Output<'validation'>] => {
    const { label, loss, stopping }: MetricDefinition & (typeof METRICS)[StoppingMetric] = METRICS[metric];
    const output = { kind: 'validation', what: stopping.what, over: 'validation', recipients: allParties } as const;
    const reported = { key: 'validation', words: `validation ${label}`, inUnits: asOpened } as const;
    return [validationOutput(metric), loss === undefined ? output : { ...output, loss: reported }];
  }),
) as Readonly<Record<ValidationName, Output<'validation'>>>;

/** The metric that one opened value stands for; `rows` are all validation rows. */
export function validationValue(metric: Metric, opened: number, rows: number): number {
  const reading = METRICS[metric].read({ number: () => opened, numbers: () => Float64Array.of(opened), rows, unit: 1 });
  return typeof reading?.value === 'number' ? reading.value : opened;
}
