/**
 * Column c of the result is the and of the columns of bits that group c names, inverted where it says so.
 * @module
 */
import { AllOf, allOfLevels, allOfMaterial, allOfOpenings, allOfTemporary, dealAllOf } from '../protocol/all-of.ts';
import { bitShares } from '../protocol/tensors.ts';
import { planeWords } from '../ring/bit-kernels.ts';
import type { EvaluatorContext, EvaluatorPlaces, Step } from './execution.ts';
import { NOTHING } from './masks.ts';
import type { Operation } from './operation.ts';
import { sizeOf, type ValueId } from './value.ts';

export interface AllOfOp {
  readonly op: 'allOf';
  readonly of: ValueId;
  readonly out: ValueId;
  readonly groups: readonly (readonly { readonly column: number; readonly inverted: boolean }[])[];
}

/** Bits that each group names: the same number in all. */
const factorsOf = ({ groups }: AllOfOp): number => groups[0].length;

export const allOf: Operation<AllOfOp> = {
  reads: ({ of }) => [of],
  needs: NOTHING,
  cost(op, { values }) {
    const [size, factors] = [sizeOf(values[op.out]), factorsOf(op)];
    return { material: allOfMaterial(size, factors), openings: allOfOpenings(size, factors) };
  },
  keptWords: (op, values, isDealer) =>
    isDealer ? 0 : allOfTemporary(sizeOf(values[op.out]), factorsOf(op)) + op.groups.length * factorsOf(op),
  evaluate,
  deal(op, { items }, { machine, values }) {
    const [count, factors] = [sizeOf(values[op.out]), factorsOf(op)];
    const dealt = items.map(({ whole }) => whole);
    return () => dealAllOf(machine, count, factors, dealt);
  },
  clear(op, context) {
    const [from, to] = [context.values[op.of].cols, op.groups.length];
    const [of, out] = [context.of(op.of), context.room(op.out)];
    for (let i = 0; i < out.length; i++) {
      const row = Math.floor(i / to) * from;
      out[i] = 1;
      for (const { column, inverted } of op.groups[i % to]) {
        if ((of[row + column] === 1) === inverted) out[i] = 0;
      }
    }
    return out;
  },
};

function evaluate(
  op: AllOfOp,
  { material, outgoing, opened }: EvaluatorPlaces,
  { machine, slots, values, planes, words: allocate, u32s }: EvaluatorContext,
): readonly Step[] {
  const { kernels, first } = machine;
  const count = sizeOf(values[op.out]);
  const { rows, cols } = values[op.of];
  const factors = factorsOf(op);
  const levels = allOfLevels(factors).length;
  const all = new AllOf(machine, count, factors, allocate(allOfTemporary(count, factors)));
  const of = slots.bits(op.of);
  const out = bitShares(planes(1, count));
  slots.set(op.out, out);
  const words = planeWords(count);
  const arrangements = Array.from({ length: factors }, (_, f) => ({
    columns: u32s(op.groups.map((group) => group[f].column)),
    // A constant is added by one evaluator alone.
    inverted: u32s(op.groups.map((group) => (first && group[f].inverted ? 1 : 0))),
    to: all.planes + 8 * f * words,
  }));
  const items = material.map(bitShares);
  return [
    () => {
      for (const { columns, inverted, to } of arrangements) {
        kernels.arrangeBits(to, of.at, columns, inverted, rows, cols, op.groups.length, words);
      }
      all.open(0, items[0], outgoing[0]);
    },
    ...Array.from({ length: levels - 1 }, (_, level) => () => {
      all.fold(level, opened[level], items[2 * level], items[2 * level + 1], out);
      all.open(level + 1, items[2 * level + 2], outgoing[level + 1]);
    }),
    () => all.fold(levels - 1, opened[levels - 1], items[2 * levels - 2], items[2 * levels - 1], out),
  ];
}
