/**
 * by·a/√b on shares, for b over many orders of magnitude.
 *
 * b lies between two powers of four, 4^k and 4^(k+1). Comparisons with all powers in reach, on one set of dealt digits, say between which;
 * their bits are monotone, so b·4^−k and a·2^−k are sums of bit times value with public factors, no bit of k is ever opened. The first
 * of the two lies in [1, 4), where one Fourier series is 1/√x, with the factor `by` in its amplitudes; times the second that is the
 * quotient. Relative error of 1/√b: at most 6.2e-5 for the fit and 2.5e-4 for the 14 bits of the table, at every b ≥ least, beside the
 * rounding of b itself. Five opening rounds from masked a and b to the shares of the quotient.
 * @module
 */
import type { OverRoot, RootQuotient } from '../../graph/nodes/over-root.ts';
import { ARGUMENT_BITS, ROOT_HIGH } from '../../protocol/fourier.ts';
import type { ValueId } from '../plan.ts';
import { exactly, type Term } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { NodeLowering } from './context.ts';
import { ONE, only } from './expression.ts';

/** Fractional bits of a·2^−k, */
const QUOTIENT_BITS = 16;
/** and of 1/√x, where its public factor is 1: its amplitudes are dealt to 2^−20. */
const ROOT_BITS = 34;
/** What the errors of the series can add. */
const SLACK = 1.01;

export const overRoot: NodeLowering<OverRoot> = {
  lower(context, { id, is }) {
    const [a, b] = [context.asIs(is.a), context.asIs(is.b)];
    return only({ value: quotient(context.phase, a, b, is, context.graph.nameOf(id)), coefficient: ONE });
  },
};

function quotient(
  phase: PhaseBuilder,
  a: ValueId,
  b: ValueId,
  { by, least, most }: RootQuotient,
  name: string,
): ValueId {
  const [numerator, denominator] = [phase.valueOf(a), phase.valueOf(b)];
  const first = Math.floor(Math.log2(least) / 2);
  let last = first;
  while (4 ** last * ROOT_HIGH < denominator.bound) last++;
  const below = Array.from({ length: last - first }, (_, i) => {
    const k = first + 1 + i;
    return { k, isBelow: phase.openBits(phase.lessThan(b, 4 ** k)) };
  });

  // The largest b leave bits below the argument's last one, and need them least.
  const coarse = phase.truncate(b, Math.min(denominator.fractionalBits, ARGUMENT_BITS - 2 * last));
  const scaled = (k: number, constant: number, choose: (of: ValueId) => ValueId): Term => {
    const fits = denominator.fractionalBits + 2 * k <= ARGUMENT_BITS;
    const of = fits ? b : coarse;
    const bits = ARGUMENT_BITS - phase.valueOf(of).fractionalBits - 2 * k;
    return { value: choose(of), factor: { ...exactly(constant), bits } };
  };
  const argument = [
    scaled(last, 1, (of) => of),
    ...below.map(({ k, isBelow }) =>
      scaled(k, 3, (of) => phase.bounded(phase.bitTimes(isBelow, of), Math.min(4 ** k, denominator.bound))),
    ),
  ];
  const x = phase.linear(argument, exactly(0), ARGUMENT_BITS, `argument of the root of ${name}`);
  const root = phase.open(
    phase.fourier(
      'inverse root',
      phase.open(phase.bounded(x, ROOT_HIGH)),
      by,
      ROOT_BITS - Math.ceil(Math.log2(phase.magnitude(by))),
    ),
  );

  const bits = numerator.fractionalBits + Math.max(0, last);
  const shifted = (k: number, value: ValueId): Term => ({
    value,
    factor: { ...exactly(1), bits: bits - numerator.fractionalBits - k },
  });
  const terms = [
    shifted(last, a),
    ...below.map(({ k, isBelow }) =>
      shifted(k, phase.bounded(phase.bitTimes(isBelow, a), Math.min(numerator.bound, most * 2 ** k))),
    ),
  ];
  const rough = phase.linear(terms, exactly(0), bits, `${name}, before the root`);
  const narrow = phase.truncate(phase.open(phase.bounded(rough, most * Math.sqrt(ROOT_HIGH))), QUOTIENT_BITS);
  return phase.product('elementwise', narrow, phase.bounded(root, SLACK * phase.magnitude(by)), name);
}
