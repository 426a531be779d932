/**
 * floor(x / 2^bits), or one unit more: one round for a masked result, none where `out` is shares.
 * @module
 */
import { invariant } from '../errors.ts';
import { laneBitsFor } from '../protocol/consumption.ts';
import { laneWords, spreadDealt, spreadSeeded } from '../protocol/spread.ts';
import { dealtTensor, type PublicTensor, publicTensor, shareTensor } from '../protocol/tensors.ts';
import {
  contributeCarry,
  dealTruncate,
  truncatedMask,
  truncatedValue,
  truncateMaterial,
  truncateOpenings,
  truncateToShares,
  truncateToSharesMaterial,
} from '../protocol/truncate.ts';
import { roomFor } from './dealer-masks.ts';
import { freshNeeded, freshShare } from './evaluator-results.ts';
import { WHOLE } from './masks.ts';
import { dealtLocally, type Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface TruncateOp {
  readonly op: 'truncate';
  readonly of: ValueId;
  readonly out: ValueId;
  readonly bits: number;
  /** The result is right from −2^offsetBits to 2^63 − 2^offsetBits; 62 where it is not said. */
  readonly offsetBits?: number;
}

export const truncate: Operation<TruncateOp> = {
  reads: ({ of }) => [of],
  needs: WHOLE,
  cost({ bits, out }, { values }) {
    invariant(bits >= 1 && bits <= 61, 'truncation is by 1 to 61 bits');
    const size = sizeOf(values[out]);
    return values[out].kind === 'masked'
      ? { material: truncateMaterial(size, bits), openings: truncateOpenings(size, bits) }
      : dealtLocally(truncateToSharesMaterial(size, bits));
  },
  temporaryWords: ({ out }, values) => (values[out].kind === 'masked' ? sizeOf(values[out]) : undefined),
  dealing({ bits, out }, { setting, isSpread, spreads }) {
    if (!isSpread) return { temporary: [], expanded: [] };
    const count = sizeOf(setting.values[out]);
    const sizes = [count, laneWords(count, laneBitsFor(bits))];
    const evaluators = setting.roles.evaluators.map((_, j) => j);
    return {
      temporary: sizes.flatMap((words) => Array.from({ length: spreads }, () => words)),
      expanded: [evaluators.slice(0, -1), [], evaluators],
    };
  },
  evaluate(op, places, context) {
    const { machine, slots } = context;
    const { bits, offsetBits } = op;
    const { material, outgoing, opened } = places;
    const count = sizeOf(context.values[op.out]);
    const { value: of } = slots.maskedOrOpened(op.of);
    const [u, b, rho] = material.map(shareTensor);
    if (context.values[op.out].kind === 'shares') {
      const out = freshShare(op.out, places, context);
      return [() => truncateToShares(machine, of, u, b, out, bits, count, offsetBits)];
    }
    const { value, mask } = freshNeeded(op.out, places, context);
    const temporary = places.temporary();
    const t: PublicTensor = publicTensor(opened[0]);
    return [
      () => contributeCarry(machine, of, b, rho, bits, count, temporary, outgoing[0], offsetBits),
      () => {
        truncatedValue(machine, of, t, value, bits, count, offsetBits);
        if (mask !== undefined) truncatedMask(machine, u, rho, mask, bits, count);
      },
    ];
  },
  deal(op, places, context) {
    const { machine, slots } = context;
    const { bits } = op;
    const of = slots.whole(op.of);
    const count = sizeOf(context.values[op.out]);
    const [u, b, rho] = places.items;
    const deal = () => dealTruncate(machine, of, u.whole, b.whole, bits, count);
    if (context.values[op.out].kind === 'shares') return deal;
    const { whole, spread = [] } = roomFor(op.out, places, context);
    const lane = laneBitsFor(bits);
    const temporary = places.temporary.map(dealtTensor);
    const [spreadU, spreadRho] = [temporary.slice(0, spread.length), temporary.slice(spread.length)];
    return () => {
      deal();
      if (whole !== undefined) truncatedMask(machine, u.whole, rho.whole, whole, bits, count);
      if (spread.length === 0) return;
      spreadDealt(machine, u.whole, u.expanded, spreadU, count);
      spreadSeeded(machine, rho.expanded, spreadRho, count, lane);
      spread.forEach((to, k) => {
        truncatedMask(machine, spreadU[k], spreadRho[k], to, bits, count);
      });
    };
  },
  linearIn: ({ of }) => [{ from: of, apply: (x) => x }],
  clear: (op, { of }) => of(op.of),
  hasClearRoom: false,
  describe: ({ bits }) => ({ detail: ` by ${bits} bits` }),
};
