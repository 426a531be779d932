/**
 * Σ factor·value + constant, elementwise: masked where all terms are, otherwise shares.
 * @module
 */
import type { DealtTensor } from '../protocol/tensors.ts';
import { eachTensor, inTurn, roomFor } from './dealer-masks.ts';
import { freshNeeded, freshShare } from './evaluator-results.ts';
import {
  type DealerContext,
  type DealerPlaces,
  type EvaluatorContext,
  type EvaluatorPlaces,
  nothing,
  type Step,
} from './execution.ts';
import type { Operation } from './operation.ts';
import { type Factor, sizeOf, type ValueId } from './value.ts';

export interface LinearOp {
  readonly op: 'linear';
  readonly terms: readonly { readonly value: ValueId; readonly factor: Factor }[];
  readonly constant: Factor;
  readonly out: ValueId;
}

export const linear: Operation<LinearOp> = {
  reads: ({ terms }) => terms.map(({ value }) => value),
  needs: 'as its result',
  uncorrected: 'passed on',
  evaluate: (op, places, context) =>
    context.values[op.out].kind === 'masked'
      ? [combineMasked(op, places, context)]
      : [combineShares(op, places, context)],
  deal,
  linearIn: ({ terms }, _, learningRate) =>
    terms.map(({ value, factor }) => {
      const scale = factor.constant * learningRate ** factor.ratePower;
      return { from: value, apply: (x) => x.map((each) => scale * each) };
    }),
  clear(op, { values, of, room, step }) {
    const { fractionalBits } = values[op.out];
    const out = room(op.out).fill(realFactor(op.constant, 0, fractionalBits, step.learningRate));
    for (const { value, factor } of op.terms) {
      const by = realFactor(factor, values[value].fractionalBits, fractionalBits, step.learningRate);
      const term = of(value);
      for (let i = 0; i < out.length; i++) out[i] += by * term[i];
    }
    return out;
  },
};

/** The real number that a public factor stands for, from one scale to another. */
const realFactor = ({ constant, ratePower, bits }: Factor, fromBits: number, toBits: number, rate: number): number =>
  constant * rate ** ratePower * 2 ** (bits + fromBits - toBits);

/** On m, and on [λ] where it is needed. */
function combineMasked(op: LinearOp, places: EvaluatorPlaces, context: EvaluatorContext): Step {
  const { machine, slots } = context;
  const { kernels } = machine;
  const count = sizeOf(context.values[op.out]);
  const constant = context.factor(op.constant);
  const { value, mask } = freshNeeded(op.out, places, context);
  const terms = op.terms.map((term) => ({
    of: mask === undefined ? slots.maskedOrOpened(term.value) : slots.masked(term.value),
    factor: context.factor(term.factor),
  }));
  return () => {
    kernels.fill0(value.at, 8 * count);
    for (const { of, factor } of terms) kernels.scaleAdd(value.at, of.value.at, factor(), count);
    const shift = constant();
    if (shift !== 0n) kernels.addScalar(value.at, value.at, shift, count);
    if (mask === undefined) return;
    kernels.fill0(mask.at, 8 * count);
    for (const { of, factor } of terms) {
      if (of.mask !== undefined) kernels.scaleAdd(mask.at, of.mask.at, factor(), count);
    }
  };
}

/** On [x] where some term is shared; others are taken as shares. */
function combineShares(op: LinearOp, places: EvaluatorPlaces, context: EvaluatorContext): Step {
  const { machine, slots } = context;
  const { kernels, first } = machine;
  const count = sizeOf(context.values[op.out]);
  const constant = context.factor(op.constant);
  const terms = op.terms.map(({ value, factor }) => ({
    of: slots.isShare(value) ? slots.share(value) : slots.masked(value),
    factor: context.factor(factor),
  }));
  const out = freshShare(op.out, places, context);
  return () => {
    kernels.fill0(out.at, 8 * count);
    for (const { of, factor } of terms) {
      if ('is' in of) kernels.scaleAdd(out.at, of.at, factor(), count);
      else {
        if (first) kernels.scaleAdd(out.at, of.value.at, factor(), count);
        kernels.scaleAdd(out.at, of.mask.at, -factor(), count);
      }
    }
    const shift = constant();
    if (first && shift !== 0n) kernels.addScalar(out.at, out.at, shift, count);
  };
}

function deal(op: LinearOp, places: DealerPlaces, context: DealerContext): Step {
  const { values, slots } = context;
  const { kernels } = context.machine;
  const count = sizeOf(values[op.out]);
  const terms = op.terms.map(({ value, factor }) => ({ value, factor: context.factor(factor) }));
  const sum = (out: DealtTensor, parts: readonly { of: DealtTensor; factor: () => bigint }[]) => () => {
    kernels.fill0(out.at, 8 * count);
    for (const { of, factor } of parts) kernels.scaleAdd(out.at, of.at, factor(), count);
  };
  if (values[op.out].kind === 'masked') {
    const steps = eachTensor(roomFor(op.out, places, context)).map(({ tensor, of }) =>
      sum(
        tensor,
        terms.map(({ value, factor }) => ({ of: of(slots.mask(value)), factor })),
      ),
    );
    return inTurn(steps);
  }
  const uncorrected = terms.flatMap(({ value, factor }) => {
    const of = slots.uncorrected(value);
    return of === undefined ? [] : [{ of, factor }];
  });
  if (uncorrected.length === 0) return nothing;
  const out = places.uncorrected();
  slots.setUncorrected(op.out, out);
  return sum(out, uncorrected);
}
