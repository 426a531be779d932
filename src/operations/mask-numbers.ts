/**
 * Shares of the mask of bits as numbers 0 and 1, for any number of products with them.
 * @module
 */
import { dealMaskNumbers, maskNumbersMaterial } from '../protocol/bit-times.ts';
import { shareTensor } from '../protocol/tensors.ts';
import { nothing } from './execution.ts';
import { NOTHING } from './masks.ts';
import { dealtLocally, type Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface MaskNumbersOp {
  readonly op: 'maskNumbers';
  readonly of: ValueId;
  readonly out: ValueId;
}

export const maskNumbers: Operation<MaskNumbersOp> = {
  reads: ({ of }) => [of],
  needs: NOTHING,
  cost: ({ of }, { values }) => dealtLocally(maskNumbersMaterial(sizeOf(values[of]))),
  evaluate(op, { material }, { slots }) {
    slots.set(op.out, shareTensor(material[0]));
    return [nothing];
  },
  deal(op, { items }, { machine, slots, values }) {
    const of = slots.bits(op.of);
    const count = sizeOf(values[op.of]);
    const [{ whole }] = items;
    return () => dealMaskNumbers(machine, of, whole, count);
  },
  clear: () => undefined,
  hasClearRoom: false,
};
