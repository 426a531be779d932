/**
 * The exact AUC of a model in the clear, for whoever has all test rows: the float64 twin. A run counts many rows by bucket of their logits, and a twin that
 * did the same would share what the buckets make of them.
 * @module
 */
import type { Node, Revealed } from '../runtime/node.ts';
import { layersOf, type Quality } from './owner.ts';
import { logitsOf } from './predict.ts';
import { type Job, totalRows } from './schema.ts';
import { architectureOf } from './task.ts';

/** Rows whose logits are computed at once. */
const ROWS_AT_ONCE = 4096;

/** The quality with the exact AUC in place of one that has an error; `inputs` has everybody's test rows. */
export function withExactAuc(job: Job, quality: Quality, revealed: Revealed, inputs: Node['inputs']): Quality {
  const { aucError, ...rest } = quality;
  if (aucError === undefined) return quality;
  const { activation } = architectureOf(job);
  const layers = layersOf(revealed).map(({ weights, bias }) => ({
    inputs: weights.length / bias.length,
    outputs: bias.length,
    weights,
    bias,
  }));
  const rows = totalRows(job, 'test');
  const logits = new Float64Array(rows);
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - first);
    const features = inputs('test.features', revealed, { first, count });
    logits.set(logitsOf({ activation, layers }, features, count), first);
  }
  return { ...rest, auc: exactAuc(logits, inputs('test.labels', revealed, { first: 0, count: rows })) };
}

/** Of labels 0 and 1: the part of the pairs of both kinds that is in the right order, a tie counting half; null where there is no such pair. */
export function exactAuc(logits: Float64Array, labels: Float64Array): number | null {
  const order = Uint32Array.from(logits, (_, i) => i).sort((a, b) => logits[a] - logits[b]);
  let [twice, negatives] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let [to, positive] = [from, 0];
    for (; to < order.length && logits[order[to]] === logits[order[from]]; to++) positive += labels[order[to]];
    const negative = to - from - positive;
    twice += positive * (2 * negatives + negative);
    negatives += negative;
    from = to;
  }
  const pairs = negatives * (order.length - negatives);
  return pairs === 0 ? null : twice / 2 / pairs;
}
