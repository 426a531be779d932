/**
 * Values brought into an interval: two comparisons with its ends, which share the dealt digits of the value, and a selection by each.
 * @module
 */
import { invariant } from '../errors.ts';
import { exactly, type PhaseBuilder } from './builder.ts';
import type { Scaled } from './expression.ts';
import type { ValueId } from './plan.ts';

/** z within ±limit: limit + [z < −limit]·(−limit − z) − [z < limit]·(limit − z). Masked; four rounds. */
export function clamp(phase: PhaseBuilder, z: ValueId, limit: number, name: string): ValueId {
  const { fractionalBits: bits } = phase.valueOf(z);
  const distance = (to: number) => phase.linear([{ value: z, factor: exactly(-1) }], { ...exactly(to), bits }, bits);
  const below = phase.bitTimes(phase.openBits(phase.lessThan(z, -limit)), distance(-limit));
  const inside = phase.bitTimes(phase.openBits(phase.lessThan(z, limit)), distance(limit));
  const terms = [
    { value: below, factor: exactly(1) },
    { value: inside, factor: exactly(-1) },
  ];
  return phase.open(phase.bounded(phase.linear(terms, { ...exactly(limit), bits }, bits, name), limit));
}

/** The same of a value times its public coefficient, which goes into the limit; nothing where the bound is proved. */
export function lowerClip(phase: PhaseBuilder, { value, coefficient }: Scaled, limit: number, name: string): Scaled {
  invariant(coefficient.ratePower === 0, 'a limit is the same in every step');
  const within = limit / Math.abs(coefficient.constant);
  return phase.valueOf(value).bound <= within
    ? { value, coefficient }
    : { value: clamp(phase, value, within, `${name}, clipped`), coefficient };
}
