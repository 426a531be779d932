/**
 * Shared bits under a fresh mask.
 * @module
 */
import { contributeBits, openBitsMaterial, openBitsOpenings } from '../protocol/open.ts';
import { bitShares, publicBits } from '../protocol/tensors.ts';
import { planeWords } from '../ring/bit-kernels.ts';
import { nothing } from './execution.ts';
import { NOTHING } from './masks.ts';
import type { Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface OpenBitsOp {
  readonly op: 'openBits';
  readonly of: ValueId;
  readonly out: ValueId;
}

export const openBits: Operation<OpenBitsOp> = {
  reads: ({ of }) => [of],
  needs: NOTHING,
  cost({ of }, { values }) {
    const size = sizeOf(values[of]);
    return { material: openBitsMaterial(size), openings: openBitsOpenings(size) };
  },
  evaluate(op, { material, outgoing, opened }, { machine, slots, values, planes }) {
    const { kernels } = machine;
    const count = sizeOf(values[op.of]);
    const words = planeWords(count);
    const of = slots.bits(op.of);
    const mask = bitShares(material[0]);
    const value = publicBits(planes(1, count));
    const temporary = planes(1, count);
    slots.set(op.out, { value, mask });
    return [
      () => contributeBits(machine, of, mask, 1, count, temporary, outgoing[0]),
      () => kernels.unpackPlanes(value.at, opened[0], 1, count, words),
    ];
  },
  deal(op, { items }, { slots }) {
    slots.setBits(op.out, items[0].whole);
    return nothing;
  },
  clear: (op, { of }) => of(op.of),
  hasClearRoom: false,
};
