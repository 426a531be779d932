/**
 * Whether any bit watched before was wrong: one bit of the whole run, or one for each site and part of the training. Three rounds.
 * @module
 */
import {
  AnyBit,
  anyBitLevels,
  anyBitMaterial,
  anyBitOpenings,
  anyBitTemporary,
  dealAnyBit,
} from '../protocol/any-bit.ts';
import { bitShares } from '../protocol/tensors.ts';
import { ALARM_LAYER } from './alarm-words.ts';
import type { EvaluatorContext, EvaluatorPlaces, Step } from './execution.ts';
import { NOTHING } from './masks.ts';
import type { Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface AlarmOp {
  readonly op: 'alarm';
  readonly out: ValueId;
  readonly of: 'run' | 'sites and parts';
}

export const alarm: Operation<AlarmOp> = {
  reads: () => [],
  needs: NOTHING,
  layer: ALARM_LAYER,
  cost({ out }, { values }) {
    const size = sizeOf(values[out]);
    return { material: anyBitMaterial(size), openings: anyBitOpenings(size) };
  },
  keptWords: ({ out }, values, isDealer) => (isDealer ? 0 : anyBitTemporary(sizeOf(values[out])) + sizeOf(values[out])),
  evaluate,
  deal({ out }, { items }, { machine, values }) {
    const count = sizeOf(values[out]);
    const dealt = items.map(({ whole }) => whole);
    return () => {
      for (let level = 0; level < anyBitLevels; level++) {
        dealAnyBit(machine, count, level, dealt[2 * level], dealt[2 * level + 1]);
      }
    };
  },
  clear: ({ of }, { alarm }) => (of === 'run' ? Float64Array.of(alarm.some((bit) => bit !== 0) ? 1 : 0) : alarm),
};

function evaluate(
  op: AlarmOp,
  { material, outgoing, opened }: EvaluatorPlaces,
  { machine, memory, slots, values, words: allocate, planes, alarm }: EvaluatorContext,
): readonly Step[] {
  const { kernels } = machine;
  const n = sizeOf(values[op.out]);
  const view = (at: number, bytes: number) => memory.u8(at, bytes);
  const anyBit = new AnyBit(machine, n, view, allocate(anyBitTemporary(n)));
  const out = bitShares(planes(1, n));
  slots.set(op.out, out);
  // Each word is a linear hash under weights of its own, so their sum is one of all that was watched.
  const words = bitShares(op.of === 'run' ? allocate(1) : alarm.at);
  const gather = () => {
    if (op.of !== 'run') return;
    kernels.fill0(words.at, 8);
    for (let k = 0; k < alarm.words; k++) kernels.xorBytes(words.at, words.at, alarm.at + 8 * k, 8);
  };
  const items = material.map(bitShares);
  const masks = (level: number) => items[2 * level];
  const products = (level: number) => items[2 * level + 1];
  return [
    () => {
      gather();
      anyBit.start(words, masks(0), outgoing[0]);
    },
    ...Array.from(
      { length: anyBitLevels - 1 },
      (_, level) => () =>
        anyBit.fold(level, opened[level], masks(level), products(level), masks(level + 1), outgoing[level + 1]),
    ),
    () => anyBit.finish(opened[anyBitLevels - 1], masks(anyBitLevels - 1), products(anyBitLevels - 1), out),
  ];
}
