/**
 * Where state begins: at 0, or at public random numbers that every node draws alike.
 * @module
 */
import { type Plan, type State, sizeOf } from '../plan/plan.ts';
import type { Streams } from '../prg/stream.ts';
import { atOnce, type Slices } from '../slices.ts';

/** Numbers that are drawn between two places where other work may come in. */
const SLICE_NUMBERS = 2 ** 18;

/** Uniform on ±initial: by the name of the state, which is the same in the plan of the twins, whose values have other numbers. */
export function initialValues(plan: Plan, state: State, publicStreams: Streams): Float64Array {
  const all = new Float64Array(sizeOf(plan.values[state.value]));
  atOnce(drawInitial(plan, state, publicStreams, (numbers, first) => all.set(numbers, first)));
  return all;
}

/** The same some at a time, of which `take` gets the first one's place; nothing where the state begins at 0. */
export function* drawInitial(
  { values }: Plan,
  { value, initial }: State,
  publicStreams: Streams,
  take: (numbers: Float64Array, first: number) => void,
): Slices {
  if (initial === undefined) return;
  const { name } = values[value];
  const count = sizeOf(values[value]);
  const stream = publicStreams.stream(`initial ${name}`);
  const room = new Float64Array(Math.min(count, SLICE_NUMBERS));
  for (let first = 0; first < count; first += SLICE_NUMBERS) {
    const numbers = room.subarray(0, Math.min(SLICE_NUMBERS, count - first));
    // A copy, at the alignment that words need.
    const words = new Int32Array(new Uint8Array(stream.read(4 * first, 4 * numbers.length)).buffer);
    for (let i = 0; i < numbers.length; i++) numbers[i] = (words[i] / 2 ** 31) * initial;
    take(numbers, first);
    yield;
  }
}
