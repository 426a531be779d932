/**
 * by·min(1, C/√n) on shares, row by row, n = Σ (‖a‖² + 1)·‖δ‖² over the dense layers; exactly 0 in rows of padding, and in those that are left
 * out because a hidden layer is too large.
 *
 * u ≥ n/C², never less: ‖δ‖² is exact, (‖a‖² + 1)/C² is rounded up. u lies below 1 or between two powers of four. As in
 * `over-root.ts`, all powers are compared with it at once on one set of digits, and their bits are monotone. Here a row has one number, so
 * the series of 1/√x is evaluated at u·4^−k for every k while that goes on: the same masked number, read at another scale. What the
 * bits then choose is a sum of bit times value. A row left out has u = 4^(last + 1), beyond all.
 *
 * Opening rounds from the masked gradients to the masked factor: five (‖δ‖²; u; two for the comparisons, one for the bits, beside them the
 * series), and one for the factor. ‖a‖² and who is left out are known before. By row: 12 bytes a power for a comparison, 96 and
 * 34 for a series and its truncation, 8 for a choice.
 * @module
 */

import { invariant } from '../../errors.ts';
import type { NodeId, Scalar } from '../../graph/graph.ts';
import type { ClipFactor as ClipFactorNode } from '../../graph/nodes/clip-factor.ts';
import type { Label } from '../../operations/value.ts';
import { ARGUMENT_BITS } from '../../protocol/fourier.ts';
import type { ValueId } from '../plan.ts';
import { exactly, type Term } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import { ACTIVATION_BITS } from './activations.ts';
import type { ClippedScales } from './clipped-scales.ts';
import type { NodeLowering } from './context.ts';
import { ONE, only } from './expression.ts';

/** Fractional bits of 1/√x as dealt, where its public factor is 1: its amplitudes to 2^−20. */
export const ROOT_BITS = 34;
/** What an argument has at least, in its interval: copies of u serve as many powers as that allows. */
export const LEAST_ARGUMENT_BITS = 14;
const POWERS_OF_A_COPY = (ARGUMENT_BITS - LEAST_ARGUMENT_BITS) / 2 + 1;
/** What two ways to compute one public factor in float64 may be apart. */
const ROUNDED = 1 + 2 ** -40;
/** What a layer's value behind a ReLU is at least, where its sign was missed. */
const LEAST_INPUT = -(2 ** -ACTIVATION_BITS);
/** Bits of 1/C², where it is no short number. */
const INVERSE_BITS = 13;

interface ClipFactor {
  readonly factor: ValueId;
  /** How many rows have n < C², as shares. */
  readonly unclipped: ValueId;
}

export const clipFactor: NodeLowering<ClipFactorNode> = {
  lower(context, { id, is }) {
    const { phase, clipping } = context;
    invariant(clipping !== undefined, 'rows are clipped at known scales');
    const { factor, unclipped } = lowerClipFactor(phase, is, (node) => context.asIs(node), clipping);
    context.unclippedRows.set(id, unclipped);
    return only({ value: factor, coefficient: ONE });
  },
};

/** What is made for the factors serves clipping, and not the layers whose values it takes. */
const forClipping = (name: string): Label => ({ name: `clipping: ${name}`, layer: 'clipping' });

function lowerClipFactor(
  phase: PhaseBuilder,
  { layers, padding, by, limit }: ClipFactorNode,
  masked: (node: NodeId) => ValueId,
  scales: ClippedScales,
): ClipFactor {
  // The sensitivity is proved for this limit and these factors alone.
  const isWithin =
    phase.magnitude(by) <= scales.by.most * ROUNDED && phase.leastMagnitude(by) * ROUNDED >= scales.by.least;
  invariant(limit === scales.limit && isWithin, 'a clipping factor is that of its scales');
  const inputs = layers.map(({ input }, l) => squaredInput(phase, masked(input), l, scales));
  const isRecord =
    padding === undefined
      ? phase.linear([{ value: inputs[0].overLimit, factor: exactly(0) }], exactly(1), 0)
      : complement(phase, masked(padding));
  const isKept = inputs.reduce(
    (kept, { checks }) =>
      checks.reduce((kept, isSmall) => phase.open(phase.bounded(phase.bitTimes(isSmall, kept), 1)), kept),
    isRecord,
  );
  const products = layers.map(({ gradient }, l) => {
    const { gradientNorm } = scales.layers[l];
    const ofInput = phase.open(phase.product('elementwise', inputs[l].overLimit, isKept));
    const value = masked(gradient);
    const squares = phase.product('elementwise', value, value);
    const ofGradient = phase.open(
      phase.bounded(phase.sumColumns(squares, forClipping(`squared norms of gradients ${l + 1}`)), gradientNorm ** 2),
    );
    return phase.product('elementwise', ofInput, ofGradient);
  });
  const beyond = 4 ** (scales.last + 1);
  const { fractionalBits } = phase.valueOf(products[0]);
  const terms = [
    ...products.map((value): Term => ({ value, factor: exactly(1) })),
    { value: complement(phase, isKept), factor: { ...exactly(beyond), bits: fractionalBits } },
  ];
  const sum = phase.linear(terms, exactly(0), fractionalBits, forClipping('squared norms of rows'));
  const u = phase.open(phase.bounded(sum, beyond));
  const below = Array.from({ length: scales.last + 2 }, (_, k) => phase.openBits(phase.lessThan(u, 4 ** k)));
  const unclipped = phase.sumRows(phase.bitTimes(below[0], isKept), forClipping('rows that are not clipped'));
  return {
    factor: chosenFactor(phase, u, below, by, scales),
    unclipped: phase.bounded(unclipped, phase.valueOf(u).rows),
  };
}

/** 1 − x of numbers 0 and 1. */
function complement(phase: PhaseBuilder, x: ValueId): ValueId {
  return phase.bounded(phase.linear([{ value: x, factor: exactly(-1) }], exactly(1), 0), 1);
}

/**
 * (‖a‖² + 1)/C² of each row, and bits that a row that is kept has. Nothing bounds what the first layer gives but the ring itself, so the
 * sum of its entries, of which none is negative, comes first: it does not wrap, and where it is small the sum of squares does not either.
 */
function squaredInput(phase: PhaseBuilder, input: ValueId, l: number, scales: ClippedScales) {
  const { cols } = phase.valueOf(input);
  const { largestInput, keptBelow, squaredInput } = scales.layers[l];
  const checks: ValueId[] = [];
  let largest = largestInput;
  if (keptBelow !== undefined) {
    const sum = phase.bounded(phase.sumColumns(input, forClipping(`inputs ${l + 1}, added up`)), cols * largestInput);
    // No row of a smaller norm has a larger sum.
    const limit = Math.sqrt(cols * keptBelow);
    checks.push(phase.openBits(phase.lessThan(sum, limit, 1)));
    // Of a row below it no entry, and not even all of them together, are beyond this.
    largest = limit - 2 * cols * LEAST_INPUT;
  }
  // From here on bounds hold of rows that are kept, and of the others nothing counts.
  const squares = phase.product('elementwise', input, input, undefined, largest ** 2);
  const sum = phase.bounded(
    phase.sumColumns(squares, forClipping(`squared norms of inputs ${l + 1}`)),
    cols * largestInput ** 2,
  );
  const squared = phase.open(keptBelow === undefined ? sum : phase.bounded(sum, largest ** 2));
  if (keptBelow !== undefined) checks.push(phase.openBits(phase.lessThan(squared, keptBelow, 1)));
  return { overLimit: overLimit(phase, phase.bounded(squared, squaredInput), scales), checks };
}

/** (‖a‖² + 1)/C² or up to two units more, never less. */
function overLimit(phase: PhaseBuilder, squared: ValueId, { limit, inputBits }: ClippedScales): ValueId {
  const { fractionalBits } = phase.valueOf(squared);
  let bits = Math.max(0, inputBits - fractionalBits);
  const most = Math.max(bits, INVERSE_BITS + Math.ceil(2 * Math.log2(limit)));
  while (bits < most && !Number.isInteger(2 ** bits / limit ** 2)) bits++;
  const inverse = exactly(Math.ceil(2 ** bits / limit ** 2));
  const fine = fractionalBits + bits;
  const scaled = phase.linear([{ value: squared, factor: inverse }], { ...inverse, bits: fractionalBits }, fine);
  const narrow = phase.truncate(scaled, inputBits);
  return phase.linear([{ value: narrow, factor: exactly(1) }], exactly(1), inputBits);
}

/** by·min(1, 1/√u), and 0 where u = 4^(last + 1). */
function chosenFactor(
  phase: PhaseBuilder,
  u: ValueId,
  below: readonly ValueId[],
  by: Scalar,
  { last, rootBits }: ClippedScales,
): ValueId {
  const { fractionalBits } = phase.valueOf(u);
  const bits = rootBits + last;
  const seriesBits = ROOT_BITS - Math.ceil(Math.log2(phase.magnitude(by)));
  const copies = new Map<number, ValueId>();
  const roots = Array.from({ length: last + 1 }, (_, k): Term => {
    const scale = Math.min(fractionalBits, argumentBits(k, last) - 2 * k);
    const copy = copies.get(scale) ?? phase.truncate(u, scale);
    copies.set(scale, copy);
    const argument = phase.linear([{ value: copy, factor: exactly(1) }], exactly(0), scale + 2 * k);
    const root = phase.open(phase.fourier('inverse root', argument, by, seriesBits));
    return { value: phase.truncate(root, rootBits), factor: { ...exactly(1), bits: last - k } };
  });
  const minus = ({ value, factor }: Term): Term => ({ value, factor: { ...factor, constant: -1 } });
  const steps = roots.map((root, k) =>
    k === 0
      ? phase.linear([minus(root)], { ...by, bits }, bits)
      : phase.linear([roots[k - 1], minus(root)], exactly(0), bits),
  );
  const chosen = [...steps, phase.linear([roots[last]], exactly(0), bits)].map(
    (value, k): Term => ({ value: phase.bitTimes(below[k], value), factor: exactly(1) }),
  );
  const factor = phase.linear(chosen, exactly(0), bits, { name: 'clipping factor', layer: 'clipping' });
  return phase.open(phase.bounded(factor, 2 * phase.magnitude(by)));
}

/** Fractional bits of u·4^−k: those that the copy for the largest k that it serves has room for, and 2 for each k before. */
function argumentBits(k: number, last: number): number {
  const first = k - (k % POWERS_OF_A_COPY);
  const served = Math.min(last, first + POWERS_OF_A_COPY - 1);
  const bits = ARGUMENT_BITS - 2 * (served - k);
  invariant(bits >= LEAST_ARGUMENT_BITS, 'a copy has bits left for every power that it serves');
  return bits;
}
