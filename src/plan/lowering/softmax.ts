/**
 * Softmax, the logarithm of its sum, and its largest entry: three parts of the same values, which are written once.
 * @module
 */
import type { NodeId } from '../../graph/graph.ts';
import type { Largest } from '../../graph/nodes/largest.ts';
import type { LogSumExp } from '../../graph/nodes/log-sum-exp.ts';
import type { Softmax as SoftmaxNode } from '../../graph/nodes/softmax.ts';
import type { LoweringContext, NodeLowering } from './context.ts';
import { expectLayer } from './expect-layer.ts';
import { ONE, only } from './expression.ts';
import { lowerSoftmax, type Softmax } from './softmax-series.ts';

export const softmax: NodeLowering<SoftmaxNode> = {
  lower(context, { id, is, cols }) {
    const { phase, graph } = context;
    const { exponentials, reciprocal } = softmaxOf(context, is.a);
    const shares = phase.repeatColumn(reciprocal, cols);
    const value = phase.product('elementwise', exponentials, shares, graph.labelOf(id));
    return only({ value, coefficient: ONE });
  },
};

export const logSumExp: NodeLowering<LogSumExp> = {
  lower(context, { is }) {
    const { sum, max, classes } = softmaxOf(context, is.a);
    return only({ value: max, coefficient: ONE }, { smooth: `log to ${classes}`, of: sum, coefficient: ONE });
  },
};

export const largest: NodeLowering<Largest> = {
  lower(context, { is }) {
    const { winner, ones } = softmaxOf(context, is.a);
    return only({ value: context.phase.bitTimes(winner, ones), coefficient: ONE });
  },
  select(context, { a }, other) {
    const { value, coefficient } = context.masked(other);
    return { value: context.phase.bitTimes(softmaxOf(context, a).winner, value), coefficient };
  },
};

function softmaxOf(context: LoweringContext, logits: NodeId): Softmax {
  const known = context.softmaxes.get(logits);
  if (known !== undefined) return known;
  const values = lowerSoftmax(context.phase, expectLayer(context, context.asIs(logits)));
  context.softmaxes.set(logits, values);
  return values;
}
