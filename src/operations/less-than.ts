/**
 * [x < threshold], threshold a ring integer, as shares of bits. At most two rounds.
 * @module
 */
import {
  type BitWindow,
  dealLessThan,
  LessThan,
  lessThanMaterial,
  lessThanOpenings,
  lessThanTemporary,
} from '../protocol/less-than.ts';
import { bitShares } from '../protocol/tensors.ts';
import { NOTHING } from './masks.ts';
import type { Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface LessThanOp {
  readonly op: 'lessThan';
  readonly of: ValueId;
  readonly digits: ValueId;
  readonly window: BitWindow;
  readonly threshold: number;
  readonly out: ValueId;
}

export const lessThan: Operation<LessThanOp> = {
  reads: ({ of, digits }) => [of, digits],
  needs: NOTHING,
  cost({ of, window }, { values }) {
    const size = sizeOf(values[of]);
    return { material: lessThanMaterial(size, window), openings: lessThanOpenings(size, window) };
  },
  readsUntil: 'first step',
  temporaryWords: ({ of, window }, values) => lessThanTemporary(sizeOf(values[of]), window),
  evaluate(op, { material, outgoing, opened, temporary }, { machine, slots, values, planes }) {
    const count = sizeOf(values[op.of]);
    const comparison = new LessThan(machine, count, op.window, temporary());
    const { value } = slots.maskedOrOpened(op.of);
    const digits = slots.bits(op.digits);
    const items = material.map(bitShares);
    const out = bitShares(planes(1, count));
    slots.set(op.out, out);
    const threshold = BigInt(op.threshold);
    const levels = outgoing.length;
    return Array.from({ length: levels + 1 }, (_, level) => () => {
      if (level === 0) comparison.start(value, threshold, digits);
      else comparison.fold(level - 1, opened[level - 1], items[2 * level - 2], items[2 * level - 1]);
      if (level < levels) comparison.open(level, items[2 * level], outgoing[level]);
      else comparison.finish(digits, out);
    });
  },
  deal(op, { items }, { machine, values }) {
    const count = sizeOf(values[op.of]);
    const dealt = items.map(({ whole }) => whole);
    return () => dealLessThan(machine, op.window, dealt, count);
  },
  clear(op, context) {
    const threshold = op.threshold * 2 ** -context.values[op.of].fractionalBits;
    const [of, out] = [context.of(op.of), context.room(op.out)];
    for (let i = 0; i < out.length; i++) out[i] = of[i] < threshold ? 1 : 0;
    return out;
  },
};
