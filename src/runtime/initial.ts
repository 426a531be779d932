/**
 * Where state begins: at 0, or at public random numbers that every node draws alike.
 * @module
 */
import { type Plan, type State, sizeOf } from '../plan/plan.ts';
import type { Streams } from '../prg/stream.ts';

/** Uniform on ±initial: by the name of the state, which is the same in the plan of the twins, whose values have other numbers. */
export function initialValues({ values }: Plan, { value, initial }: State, publicStreams: Streams): Float64Array {
  const { name } = values[value];
  const count = sizeOf(values[value]);
  if (initial === undefined) return new Float64Array(count);
  const bytes = publicStreams.stream(`initial ${name}`).read(0, 16 * Math.ceil(count / 4));
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, i) => (words.getInt32(4 * i, true) / 2 ** 31) * initial);
}
