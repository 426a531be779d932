/**
 * bit·value, as shares.
 * @module
 */
import { bitTimesMaterial, dealBitTimes, evaluateBitTimes } from '../protocol/bit-times.ts';
import { shareTensor } from '../protocol/tensors.ts';
import { multiplyReals } from './clear-product.ts';
import { freshShare } from './evaluator-results.ts';
import { ALL } from './masks.ts';
import { dealtLocally, type Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface BitTimesOp {
  readonly op: 'bitTimes';
  readonly bits: ValueId;
  readonly numbers: ValueId;
  readonly value: ValueId;
  readonly out: ValueId;
}

export const bitTimes: Operation<BitTimesOp> = {
  reads: ({ bits, numbers, value }) => [bits, numbers, value],
  needs: ALL,
  cost: ({ out }, { values }) => dealtLocally(bitTimesMaterial(sizeOf(values[out]))),
  evaluate(op, places, context) {
    const { machine, slots } = context;
    const product = shareTensor(places.material[0]);
    const numbers = slots.share(op.numbers);
    const bits = slots.maskedBits(op.bits);
    const value = slots.masked(op.value);
    const out = freshShare(op.out, places, context);
    const count = sizeOf(context.values[op.out]);
    return [() => evaluateBitTimes(machine, bits, value, numbers, product, out, count)];
  },
  deal(op, { items }, { machine, slots, values }) {
    const [bits, value] = [slots.bits(op.bits), slots.whole(op.value)];
    const count = sizeOf(values[op.out]);
    const [{ whole }] = items;
    return () => dealBitTimes(machine, bits, value, whole, count);
  },
  clear: (op, context) => multiplyReals(op.out, op.bits, op.value, context),
};
