/**
 * Shares of the products of the mask's bits, for any number of comparisons of the masked value in one window.
 * @module
 */
import { type BitWindow, dealMaskDigits, maskDigitsMaterial, maskDigitsTemporary } from '../protocol/less-than.ts';
import { bitShares } from '../protocol/tensors.ts';
import { nothing } from './execution.ts';
import { WHOLE } from './masks.ts';
import { dealtLocally, type Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface MaskDigitsOp {
  readonly op: 'maskDigits';
  readonly of: ValueId;
  readonly out: ValueId;
  readonly window: BitWindow;
}

export const maskDigits: Operation<MaskDigitsOp> = {
  reads: ({ of }) => [of],
  needs: WHOLE,
  cost: ({ of, window }, { values }) => dealtLocally(maskDigitsMaterial(sizeOf(values[of]), window)),
  dealing: ({ of }, { setting }) => ({ temporary: [maskDigitsTemporary(sizeOf(setting.values[of]))], expanded: [] }),
  evaluate(op, { material }, { slots }) {
    slots.set(op.out, bitShares(material[0]));
    return [nothing];
  },
  deal(op, { items, temporary }, { machine, slots, values }) {
    const of = slots.whole(op.of);
    const count = sizeOf(values[op.of]);
    const [{ whole }] = items;
    return () => dealMaskDigits(machine, of, op.window, whole, count, temporary[0]);
  },
  clear: () => undefined,
  hasClearRoom: false,
  describe: ({ window }) => ({ detail: ` of bits ${window.low} to ${window.high}` }),
};
