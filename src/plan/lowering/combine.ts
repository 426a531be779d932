/**
 * An expression becomes one ring value: all its parts at one scale, with public factors rounded to the bits that there are.
 * @module
 */

import { type Scalar, scalar, times } from '../../graph/graph.ts';
import { type Label, nameIn } from '../../operations/value.ts';
import { type SmoothFunction, seriesBound, seriesOf } from '../../protocol/fourier.ts';
import type { Factor, ValueId } from '../plan.ts';
import { refusal } from '../refusal.ts';
import { exactly, type Term } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { Expression, Part } from './expression.ts';

/** Bits that a smooth function's result takes, whatever its coefficient. */
const SMOOTH_BITS = 30;
/** A factor that is an integer multiple of 2^−SHORT_BITS is kept as it is, every other one has FACTOR_BITS. */
const SHORT_BITS = 8;
export const FACTOR_BITS = 12;
/** Bits that a combination may take: public factors are rounded where they would need more. */
export const COMBINED_BITS = 61;
/** Bits that a rounded factor must keep, unless what it brings is that much smaller than the whole. */
const PRECISION_BITS = 9;

/** Whether a public factor leaves what it multiplies as it is. */
export const isOne = ({ constant, ratePower }: Scalar) => constant === 1 && ratePower === 0;

/** The scale of a combination, and the bound of it. */
function scaleOf(phase: PhaseBuilder, { parts, constant }: Expression) {
  const smooth = parts.filter((part) => 'smooth' in part);
  const plain = parts.filter((part) => 'value' in part);
  const wanted = Math.max(
    ...plain.map(({ value, coefficient }) => phase.valueOf(value).fractionalBits + bitsOf(phase, coefficient)),
    smooth.length === 0 ? 0 : smoothScale(phase, parts),
  );
  const bound = parts.reduce((sum, part) => sum + boundOf(phase, part), phase.magnitude(constant));
  return { plain, bound, fractionalBits: Math.min(wanted, Math.floor(COMBINED_BITS - Math.log2(bound))) };
}

/** A sum whose parts have one public factor that is rounded away at every scale: the sum without it, and the factor. */
export function withoutFactor(
  phase: PhaseBuilder,
  expression: Expression,
): { readonly sum: Expression; readonly coefficient: Scalar } | undefined {
  const { parts, constant } = expression;
  const [{ coefficient }] = parts;
  const isShared = parts.every(
    (part) =>
      'value' in part &&
      Math.abs(part.coefficient.constant) === Math.abs(coefficient.constant) &&
      part.coefficient.ratePower === coefficient.ratePower,
  );
  if (!isShared || constant.constant !== 0) return undefined;
  const { plain, bound, fractionalBits } = scaleOf(phase, expression);
  if (plain.every((part) => keepsFactor(phase, part, fractionalBits, bound))) return undefined;
  const signs = parts.map((part) => ({
    ...part,
    coefficient: scalar(part.coefficient.constant / coefficient.constant),
  }));
  return { sum: { parts: signs, constant }, coefficient };
}

/** All parts at one scale, added up. */
export function combine(phase: PhaseBuilder, { parts, constant }: Expression, label: Label): ValueId {
  const { plain, bound, fractionalBits } = scaleOf(phase, { parts, constant });
  // Refuses a scale at which a part's public factor would be rounded away.
  if (!plain.every((part) => keepsFactor(phase, part, fractionalBits, bound))) {
    throw refusal(nameIn(label), 'leaves too few digits for its public factors');
  }
  const at = (coefficient: Scalar, bits: number): Factor => ({ ...coefficient, bits: fractionalBits - bits });
  const terms = parts.map(
    (part): Term =>
      'value' in part
        ? { value: part.value, factor: at(part.coefficient, phase.valueOf(part.value).fractionalBits) }
        : { value: evaluate(phase, part, fractionalBits), factor: exactly(1) },
  );
  const alone = terms.length === 1 && isOne(terms[0].factor) && terms[0].factor.bits === 0 && constant.constant === 0;
  return alone ? terms[0].value : phase.linear(terms, at(constant, 0), fractionalBits, label);
}

/** Whether a part's public factor keeps its digits at a scale. */
function keepsFactor(
  phase: PhaseBuilder,
  part: Extract<Part, { value: ValueId }>,
  fractionalBits: number,
  bound: number,
): boolean {
  const { coefficient } = part;
  const bits = fractionalBits - phase.valueOf(part.value).fractionalBits;
  const isShort = coefficient.ratePower === 0 && Number.isInteger(coefficient.constant * 2 ** SHORT_BITS);
  return isShort
    ? bits >= bitsOf(phase, coefficient)
    : phase.leastMagnitude(coefficient) * 2 ** bits >= 2 ** (PRECISION_BITS - 1) ||
        boundOf(phase, part) <= bound * 2 ** -PRECISION_BITS;
}

/** Fractional bits that a coefficient needs: none for an integer. */
function bitsOf(phase: PhaseBuilder, coefficient: Scalar): number {
  const { constant, ratePower } = coefficient;
  for (let bits = 0; ratePower === 0 && bits <= SHORT_BITS; bits++) {
    if (Number.isInteger(constant * 2 ** bits)) return bits;
  }
  return Math.max(0, FACTOR_BITS - Math.floor(Math.log2(phase.leastMagnitude(coefficient))));
}

/** A sum or a repetition of each part, `count` being what it makes of the constant 1. */
export function eachPart(
  phase: PhaseBuilder,
  { parts, constant }: Expression,
  count: number,
  apply: (value: ValueId) => ValueId,
): Expression {
  const through = parts.map((part): Part => {
    if ('value' in part) return { value: apply(part.value), coefficient: part.coefficient };
    return { value: apply(evaluate(phase, part, smoothScale(phase, [part]))), coefficient: scalar(1) };
  });
  return { parts: through, constant: times(constant, scalar(count)) };
}

export function evaluate(
  phase: PhaseBuilder,
  part: Extract<Part, { smooth: SmoothFunction }>,
  fractionalBits: number,
): ValueId {
  return phase.fourier(part.smooth, part.of, part.coefficient, fractionalBits);
}

/** Fractional bits that bring the largest smooth part to SMOOTH_BITS: what its dealt amplitudes have is what is left of them. */
export function smoothScale(phase: PhaseBuilder, parts: readonly Part[]): number {
  const bound = parts.reduce((most, part) => ('smooth' in part ? Math.max(most, boundOf(phase, part)) : most), 0);
  return SMOOTH_BITS - Math.ceil(Math.log2(bound));
}

export function boundOf(phase: PhaseBuilder, part: Part): number {
  const size = 'value' in part ? phase.valueOf(part.value).bound : seriesBound(seriesOf(part.smooth));
  return size * phase.magnitude(part.coefficient);
}
