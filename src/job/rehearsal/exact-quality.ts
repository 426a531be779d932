/**
 * Exact metrics of a model in the clear, for whoever has all test rows: the float64 twin. A run may have to open less than a metric needs, and a twin that
 * did the same would share what that costs.
 * @module
 */
import { logitsOf } from '../../audit/models/network.ts';
import { METRIC_NAMES, METRICS, type Metric, type MetricDefinition } from '../../plan/outputs/metrics.ts';
import type { Node, Revealed } from '../../runtime/node.ts';
import { type Job, totalRows } from '../file/job.ts';
import { architectureOf } from '../file/task.ts';
import { layersOf } from '../node/owner.ts';
import { errorKey, type Quality } from '../report/quality.ts';

/** Rows whose logits are computed at once. */
const ROWS_AT_ONCE = 256;

/** The quality with the exact value in place of each that has an error; `inputs` has everybody's test rows. */
export function withExactValues(job: Job, quality: Quality, revealed: Revealed, inputs: Node['inputs']): Quality {
  const inexact = METRIC_NAMES.flatMap((metric) => {
    const { exact }: MetricDefinition = METRICS[metric];
    return exact === undefined || quality[errorKey(metric)] === undefined ? [] : [{ metric, exact }];
  });
  // With folds the models are as many as the folds, and none of them is kept.
  if (inexact.length === 0 || job.training.folds !== undefined) return quality;
  const rows = totalRows(job, 'test');
  const logits = testLogits(job, revealed, inputs, rows);
  const labels = inputs('test.labels', revealed, { first: 0, count: rows });
  const withoutErrors = Object.entries(quality).filter(
    ([key]) => !inexact.some(({ metric }) => key === errorKey(metric)),
  );
  const exact = inexact.map(({ metric, exact }): [Metric, number | null] => [metric, exact(logits, labels)]);
  return Object.fromEntries([...withoutErrors, ...exact]);
}

function testLogits(job: Job, revealed: Revealed, inputs: Node['inputs'], rows: number): Float64Array {
  const architecture = architectureOf(job);
  const parameters = layersOf(revealed);
  const logits = new Float64Array(rows);
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - first);
    const features = inputs('test.features', revealed, { first, count });
    logits.set(logitsOf(architecture, parameters, { features, rows: count }), first);
  }
  return logits;
}
