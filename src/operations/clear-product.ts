import type { ClearContext } from './execution.ts';
import type { ValueId } from './value.ts';

/** The elementwise product of real numbers, into the room of `id`. */
export function multiplyReals(id: ValueId, x: ValueId, y: ValueId, { of, room }: ClearContext): Float64Array {
  const [a, b, out] = [of(x), of(y), room(id)];
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  return out;
}
