/**
 * Shares of a value and of the discrete Gaussian noise that all parties add, each its own part, so that the parts of honest ones have a deviation of at
 * least noiseMultiplier·sensitivity. A dealer that is a party adds its part to what it deals.
 * @module
 */
import type { Masked, ShareTensor } from '../protocol/tensors.ts';
import type { Kernels } from '../ring/kernels.ts';
import type { Noise } from './effects.ts';
import { freshShare, toShare } from './evaluator-results.ts';
import { type EvaluatorContext, inSlices } from './execution.ts';
import { SHARES } from './masks.ts';
import { dealtLocally, FREE, type Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface NoiseOp extends Noise {
  readonly op: 'noise';
  readonly of: ValueId;
  readonly out: ValueId;
  /** True: valid shares come out. False: it skips the correction, and the mask of the next opening takes it up. */
  readonly corrected: boolean;
}

export const noise: Operation<NoiseOp> = {
  reads: ({ of }) => [of],
  needs: SHARES,
  uncorrected: 'dealt',
  cost: ({ corrected, out }, { values }) =>
    corrected ? dealtLocally([{ source: 'correction', sharing: 'add', words: sizeOf(values[out]) }]) : FREE,
  noise: (op) => op,
  keptWords: ({ out }, values) => sizeOf(values[out]),
  evaluate(op, places, context) {
    const { machine, slots } = context;
    const { kernels } = machine;
    const count = sizeOf(context.values[op.out]);
    const out = freshShare(op.out, places, context);
    const own = context.ownNoise(op, count);
    const takeShare = slots.isShare(op.of)
      ? copying(kernels, slots.share(op.of), count, out)
      : sharing(context, slots.masked(op.of), count, out);
    const correction = op.corrected ? places.material[0] : undefined;
    return [
      inSlices(function* () {
        takeShare();
        yield* own.addTo(out.at);
        if (correction !== undefined) kernels.add(out.at, out.at, correction, count);
      }),
    ];
  },
  /** The correction that the value's shares go without, and this party's part of the noise, if it is one. */
  deal(op, places, context) {
    const { machine, slots, roles } = context;
    const { kernels } = machine;
    const count = sizeOf(context.values[op.out]);
    const uncorrected = slots.uncorrected(op.of);
    const out = op.corrected ? places.items[0].whole : places.uncorrected();
    if (!op.corrected) slots.setUncorrected(op.out, out);
    const own = roles.parties.includes(roles.dealer) ? context.ownNoise(op, count) : undefined;
    return inSlices(function* () {
      if (uncorrected === undefined) kernels.fill0(out.at, 8 * count);
      else kernels.copy(out.at, uncorrected.at, 8 * count);
      if (own !== undefined) yield* own.addTo(out.at);
    });
  },
  // The twin tells what training gives without it.
  clear: (op, { of }) => of(op.of),
  hasClearRoom: false,
};

const copying = (kernels: Kernels, of: ShareTensor, count: number, out: ShareTensor) => () =>
  kernels.copy(out.at, of.at, 8 * count);

const sharing = (context: EvaluatorContext, of: Masked, count: number, out: ShareTensor) => () =>
  toShare(context, of, count, out);
