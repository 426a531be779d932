/**
 * The exact AUC of logits in the clear, for whoever has all test rows: the float64 twin. A run counts many rows by bucket of their logits, and a twin that
 * did the same would share what the buckets make of them.
 * @module
 */

/** The part of the pairs of a row with label 1 and a row with label 0 that is in the right order. A tie counts half. Null: there is no such pair. */
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
