/**
 * Values in an interval: brought there, by two comparisons with its ends, which share the dealt digits of the value, and a selection by
 * each; or expected there, and watched.
 * @module
 */

import { invariant } from '../../errors.ts';
import type { Clip } from '../../graph/nodes/clip.ts';
import type { Limited } from '../../graph/nodes/limited.ts';
import type { Label, Named } from '../../operations/value.ts';
import type { ValueId } from '../plan.ts';
import { clipGradientTo, LOWER_RATE } from '../remedies.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { Activations } from './activations.ts';
import type { NodeLowering } from './context.ts';
import { only, type Scaled } from './expression.ts';

/** Fractional bits of a gradient that is squared and remembered. */
const SLOPE_BITS = 22;

export const clip: NodeLowering<Clip> = {
  lower: (context, { is: { a, limit } }) =>
    only(clipped(context.phase, context.masked(a), limit, context.graph.labelOf(a))),
};

export const limited: NodeLowering<Limited> = {
  lower: (context, { id, is: { a, limit } }) =>
    only(expected(context.phase, context.activations, context.masked(a), limit, context.graph.nameOf(id))),
};

/** z within ±limit: limit + [z < −limit]·(−limit − z) − [z < limit]·(limit − z). Masked; four rounds. */
export function clamp(phase: PhaseBuilder, z: ValueId, limit: number, label: Label): ValueId {
  const { fractionalBits: bits } = phase.valueOf(z);
  const distance = (to: number) => phase.linear([{ value: z, factor: exactly(-1) }], { ...exactly(to), bits }, bits);
  const below = phase.bitTimes(phase.openBits(phase.lessThan(z, -limit)), distance(-limit));
  const inside = phase.bitTimes(phase.openBits(phase.lessThan(z, limit)), distance(limit));
  const terms = [
    { value: below, factor: exactly(1) },
    { value: inside, factor: exactly(-1) },
  ];
  return phase.open(phase.bounded(phase.linear(terms, { ...exactly(limit), bits }, bits, label), limit));
}

/** The same of a value times its public coefficient, which goes into the limit; nothing where the bound is proved. */
function clipped(phase: PhaseBuilder, { value, coefficient }: Scaled, limit: number, { name, layer }: Named): Scaled {
  invariant(coefficient.ratePower === 0, 'a limit is the same in every step');
  const within = limit / Math.abs(coefficient.constant);
  return phase.valueOf(value).bound <= within
    ? { value, coefficient }
    : { value: clamp(phase, value, within, { name: `${name}, clipped`, layer }), coefficient };
}

/** The value itself, cut down to SLOPE_BITS where it has more, and proved or watched to stay within ±limit. */
function expected(
  phase: PhaseBuilder,
  activations: Activations,
  { value, coefficient }: Scaled,
  limit: number,
  name: string,
): Scaled {
  const factor = Math.abs(coefficient.constant);
  const { fractionalBits, bound } = phase.valueOf(value);
  const narrow = phase.truncate(value, Math.min(fractionalBits, SLOPE_BITS + Math.floor(Math.log2(factor))));
  const isProved = bound <= limit / factor;
  return {
    value: isProved ? narrow : activations.watch(narrow, limit / factor, name, [clipGradientTo(limit), LOWER_RATE]),
    coefficient,
  };
}
