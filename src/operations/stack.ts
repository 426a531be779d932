/**
 * The elements of masked values one after the other, as a matrix row by row: below each other where all have its columns.
 * @module
 */
import { eachTensor, inTurn, roomFor } from './dealer-masks.ts';
import { freshNeeded } from './evaluator-results.ts';
import type { Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface StackOp {
  readonly op: 'stack';
  readonly of: readonly ValueId[];
  readonly out: ValueId;
}

export const stack: Operation<StackOp> = {
  reads: ({ of }) => of,
  needs: 'as its result',
  uncorrected: 'passed on',
  evaluate(op, places, context) {
    const { slots, values } = context;
    const { kernels } = context.machine;
    const { value, mask } = freshNeeded(op.out, places, context);
    let at = 0;
    const copies = op.of.flatMap((id) => {
      const [from, to, bytes] = [slots.maskedOrOpened(id), at, 8 * sizeOf(values[id])];
      at += bytes;
      return [
        () => kernels.copy(value.at + to, from.value.at, bytes),
        ...(mask === undefined ? [] : [() => kernels.copy(mask.at + to, slots.masked(id).mask.at, bytes)]),
      ];
    });
    return [inTurn(copies)];
  },
  deal(op, places, context) {
    const { slots, values } = context;
    const { kernels } = context.machine;
    const copies = eachTensor(roomFor(op.out, places, context)).flatMap(({ tensor, of }) => {
      let at = tensor.at;
      return op.of.map((id) => {
        const [to, from, bytes] = [at, of(slots.mask(id)), 8 * sizeOf(values[id])];
        at += bytes;
        return () => kernels.copy(to, from.at, bytes);
      });
    });
    return inTurn(copies);
  },
  clear(op, { of, room }) {
    const out = room(op.out);
    let at = 0;
    for (const id of op.of) {
      out.set(of(id), at);
      at += of(id).length;
    }
    return out;
  },
};
