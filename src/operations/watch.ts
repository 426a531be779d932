/**
 * Bits that must equal `expected`; those that do not are hashed into the run's alarm.
 * @module
 */
import { ALARM_LAYER, ALARM_PARTS } from './alarm-words.ts';
import { nothing } from './execution.ts';
import { NOTHING } from './masks.ts';
import type { Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface WatchOp {
  readonly op: 'watch';
  readonly bits: ValueId;
  readonly expected: 0 | 1;
  readonly site: number;
}

export const watch: Operation<WatchOp> = {
  reads: ({ bits }) => [bits],
  needs: NOTHING,
  layer: ALARM_LAYER,
  // The weights of a hash.
  publicWords: ({ bits }, values) => sizeOf(values[bits]),
  evaluate(op, { publicWords }, { machine, slots, values, step, alarm }) {
    const { kernels, first } = machine;
    const bits = slots.bits(op.bits);
    const count = sizeOf(values[op.bits]);
    const flip = first && op.expected === 1;
    const site = alarm.at + 8 * op.site * ALARM_PARTS;
    return [() => kernels.hashBits(site + 8 * step.alarmPart, bits.at, publicWords, count, flip)];
  },
  deal: () => nothing,
  clear(op, { of, alarm, step }) {
    if (of(op.bits).some((bit) => bit !== op.expected)) alarm[op.site * ALARM_PARTS + step.alarmPart] = 1;
    return undefined;
  },
};
