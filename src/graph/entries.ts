/**
 * Float64 matrices entry by entry.
 * @module
 */

/** Sets every entry of `out` to what `value` gives for its index. */
export function setEach(out: Float64Array, value: (i: number) => number): Float64Array {
  for (let i = 0; i < out.length; i++) out[i] = value(i);
  return out;
}

/** log Σ eˣ over a row. */
export function logSumExpOf(row: Float64Array): number {
  const most = row.reduce((largest, x) => Math.max(largest, x), -Infinity);
  return most + Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0));
}
