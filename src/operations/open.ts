/**
 * Shares, or a masked value again, under a fresh mask.
 * @module
 */
import { invariant } from '../errors.ts';
import { contribute, openMaterial, openOpenings } from '../protocol/open.ts';
import { spreadSeeded } from '../protocol/spread.ts';
import { publicTensor, shareTensor } from '../protocol/tensors.ts';
import { roomFor } from './dealer-masks.ts';
import { toShare } from './evaluator-results.ts';
import { nothing } from './execution.ts';
import { SHARES } from './masks.ts';
import type { Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface OpenOp {
  readonly op: 'open';
  readonly of: ValueId;
  readonly out: ValueId;
}

export const open: Operation<OpenOp> = {
  reads: ({ of }) => [of],
  needs: SHARES,
  uncorrected: 'taken up',
  cost({ out }, { values }) {
    const size = sizeOf(values[out]);
    return { material: openMaterial(size), openings: openOpenings(size) };
  },
  isFresh: true,
  readsUntil: 'first step',
  temporaryWords: ({ of, out }, values) => (values[of].kind === 'masked' ? sizeOf(values[out]) : undefined),
  dealing: (_, { setting, isSpread }) => ({
    temporary: [],
    expanded: isSpread ? [setting.roles.evaluators.map((_, j) => j)] : [],
  }),
  evaluate(op, { material, outgoing, opened, temporary }, context) {
    const { machine, slots } = context;
    const count = sizeOf(context.values[op.out]);
    const mask = shareTensor(material[0]);
    slots.set(op.out, { value: publicTensor(opened[0]), mask: context.needsShares(op.out) ? mask : undefined });
    if (slots.isShare(op.of)) {
      const of = slots.share(op.of);
      return [() => contribute(machine, of, mask, outgoing[0], count), nothing];
    }
    const of = slots.masked(op.of);
    const share = shareTensor(temporary());
    return [
      () => {
        toShare(context, of, count, share);
        contribute(machine, share, mask, outgoing[0], count);
      },
      nothing,
    ];
  },
  /** A fresh mask, or one that takes up the correction that the opened shares go without. */
  deal(op, places, context) {
    const { machine, slots } = context;
    const [{ whole, expanded }] = places.items;
    const count = sizeOf(context.values[op.out]);
    const { spread } = roomFor(op.out, places, context, whole);
    const uncorrected = slots.uncorrected(op.of);
    invariant(
      uncorrected === undefined || spread === undefined,
      'uncorrected shares are opened under a mask without shares',
    );
    if (uncorrected !== undefined) return () => machine.kernels.sub(whole.at, whole.at, uncorrected.at, count);
    return spread === undefined ? nothing : () => spreadSeeded(machine, expanded, spread, count);
  },
  clear: (op, { of }) => of(op.of),
  hasClearRoom: false,
};
