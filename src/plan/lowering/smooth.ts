/**
 * Sigmoid and softplus: Fourier series on an interval.
 * @module
 */
import { type NodeId, scalar } from '../../graph/graph.ts';
import type { Sigmoid } from '../../graph/nodes/sigmoid.ts';
import type { Softplus } from '../../graph/nodes/softplus.ts';
import type { ValueId } from '../plan.ts';
import { KEEP_LOGITS } from '../remedies.ts';
import { ACTIVATION_BITS } from './activations.ts';
import { clamp } from './clip.ts';
import { evaluate, smoothScale } from './combine.ts';
import type { LoweringContext, NodeLowering } from './context.ts';
import { ONE, only, type SmoothPart } from './expression.ts';

export const sigmoid: NodeLowering<Sigmoid> = {
  lower(context, { id, is }) {
    const { phase, graph } = context;
    const part: SmoothPart = { smooth: 'sigmoid', of: argument(context, is.a), coefficient: ONE };
    if (!graph.isFactor(id)) return only(part);
    const opened = phase.open(evaluate(phase, part, smoothScale(phase, [part])));
    return only({ value: phase.truncate(opened, ACTIVATION_BITS), coefficient: ONE });
  },
};

export const softplus: NodeLowering<Softplus> = {
  lower(context, { is }) {
    const of = argument(context, is.a);
    return only({ value: of, coefficient: scalar(0.5) }, { smooth: 'softplus', of, coefficient: ONE });
  },
};

/** The masked argument of a smooth function: within the interval, brought there, or watched. */
function argument(context: LoweringContext, node: NodeId): ValueId {
  const { phase, interval, watched } = context;
  const value = context.asIs(node);
  const { bound, name = 'logits' } = phase.valueOf(value);
  if (bound <= interval) return value;
  if (watched !== 'everything') return clamp(phase, value, interval, `${name}, clamped`);
  // Where that does not hold the run fails in the end, so what follows may build on it.
  phase.watch(value, interval, name, KEEP_LOGITS);
  return value;
}
